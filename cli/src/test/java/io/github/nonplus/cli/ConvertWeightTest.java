package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract of `convert-weight`; what it writes is compared with MLC's own in `core`.
class ConvertWeightTest {
  private static final Path MODEL = TinyModel.original("llama");

  @TempDir Path directory;

  @Test
  void summaryGoesToStandardOutputAndTheRestToStandardError() {
    CommandRun run = converting();
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .isEqualTo(
            """
            Weights:  q4f16_1, 25 tensors in 1 shard, 58,240 bytes, 4.536 bits a parameter
            Written:  %s
            """
                .formatted(output()));
    assertThat(run.err())
        .startsWith("parameters: 15 of 15 (100%), ")
        .endsWith(
            "Warning: %s has no tokenizer.json; texts cannot be tokenized for this model\n"
                .formatted(MODEL));
    assertThat(Refusal.files(output()).keySet())
        .containsExactly("", "mlc-chat-config.json", "params_shard_0.bin", "tensor-cache.json");
  }

  @Test
  void earlierConversionIsReplaced() throws IOException {
    converting("--mlc-form", "qualcomm");
    assertThat(output().resolve("ndarray-cache.json")).exists();
    assertThat(converting().code()).isZero();
    assertThat(output().resolve("ndarray-cache.json")).doesNotExist();
    assertThat(output().resolve("tensor-cache.json")).exists();
  }

  @Test
  void emptyDirectoryIsFilledAndMissingOnesAreMade() throws IOException {
    Files.createDirectory(output());
    assertThat(converting().code()).isZero();
    CommandRun run =
        CommandRun.of(
            "convert-weight",
            MODEL,
            "--quantization=q0f16",
            "--output",
            directory.resolve("a/b/weights"));
    assertThat(run.code()).isZero();
    assertThat(directory.resolve("a/b/weights/tensor-cache.json")).exists();
  }

  @Test
  void failureLeavesTheEarlierConversionAsItWas() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Path weights = model.converted("q4f16_1");
    model.tensors().set("lm_head.weight", 0, Float.POSITIVE_INFINITY).write();
    Refusal.of(
            directory, "convert-weight", model.path(), "--quantization=q0f16", "--output", weights)
        .mentions("'lm_head.weight'");
  }

  @Test
  void unknownFormsAreUsageErrors() {
    CommandRun run = converting("--mlc_form", "ancient");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("'--mlc-form'", "upstream, qualcomm");
    assertThat(output()).doesNotExist();
  }

  @Test
  void missingOptionsAreAUsageError() {
    CommandRun run = CommandRun.of("convert-weight", MODEL);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .startsWith("nonplus: Missing required options: '--quantization=SCHEME', '--output=DIR'\n");
  }

  private CommandRun converting(Object... more) {
    return CommandRun.of(
        CommandRun.joined(
            more, "convert-weight", MODEL, "--quantization=q4f16_1", "--output", output()));
  }

  private Path output() {
    return directory.resolve("weights");
  }
}
