package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// GGUF files where commands take a model.
class GgufTest {
  private static final Path FILES =
      Path.of("../core/src/test/resources/io/github/nonplus/goldens/gguf");
  private static final Path FALCON = FILES.resolve("falcon.q8_0.gguf");

  @TempDir Path directory;

  private static CommandRun ran(Object... arguments) {
    CommandRun run = CommandRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private Path windows() {
    return TinyModel.windows(directory);
  }

  @Test
  void itIsScoredByItselfAndWithItsLibrary() {
    Path library = directory.resolve("lib");
    ran("compile", FALCON, "--device", "cpu", "--perplexity", "--output", library);
    String alone =
        ran("calculate-perplexity", "--model", FALCON, "--device=cpu", "--input-path", windows())
            .out();
    String compiled =
        ran(
                "calculate-perplexity",
                "--model",
                FALCON,
                "--model-lib",
                library,
                "--device=cpu",
                "--input-path",
                windows())
            .out();
    assertThat(alone).contains("weights in GGUF Q8_0", "llamacpp");
    assertThat(compiled.lines().findFirst()).isEqualTo(alone.lines().findFirst());
  }

  @Test
  void itIsConvertedOnlyIfAsked() {
    Path output = directory.resolve("out");
    Refusal.of(
            directory,
            "convert-weight",
            FILES.resolve("all-types.gguf"),
            "--quantization=q0f32",
            "--output",
            output)
        .mentions("is quantized already", "--requantize");
    CommandRun run =
        ran(
            "convert-weight",
            FILES.resolve("all-types.gguf"),
            "--requantize",
            "--quantization=q0f16",
            "--output",
            output);
    assertThat(run.err()).contains("Warning: ", "are quantized twice");
    assertThat(output.resolve("mlc-chat-config.json")).exists();
    Path few = TinyModel.windows(directory, "1 20 3 31\n");
    ran("calculate-perplexity", "--model", output, "--device=cpu", "--input-path", few);
  }

  @Test
  void aSchemeOfMlcIsNotForIt() {
    Refusal.of(
            directory,
            "compile",
            FALCON,
            "--quantization=q4f16_1",
            "--device=cpu",
            "--output",
            directory.resolve("lib"))
        .mentions("keeps the types that it has");
  }
}
