package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.SymbolicLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// Whatever a command reads by name is a regular file: a pipe without a writer and a device without
/// an end are refused in one sentence, not waited for.
@EnabledOnOs(value = OS.LINUX, disabledReason = "makes pipes in the file system")
@Timeout(120)
class PipesAndDevicesTest {
  private static final Path NOVELLA = Path.of("../examples/novella-6m");

  private static final Path BOOK = Path.of("../examples/hound-of-the-baskervilles.txt");

  @TempDir Path directory;

  @TestFactory
  Stream<DynamicTest> everyInputOfEveryCommandIsARegularFile() throws Exception {
    Path pipe = directory.resolve("pipe");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return Stream.of(pipe, Path.of("/dev/zero"))
        .flatMap(input -> commands(input).map(command -> test(input, command)));
  }

  private DynamicTest test(Path input, List<Object> command) {
    String name = input.getFileName() + ": " + String.join(" ", strings(command));
    return DynamicTest.dynamicTest(
        name,
        () -> {
          CommandRun run = CommandRun.of(command.toArray());
          assertThat(run.code()).as(run.err()).isEqualTo(1);
          assertThat(run.out()).isEmpty();
          assertThat(run.err()).doesNotContain("this is a bug");
          assertThat(run.err().lines().filter(line -> line.startsWith("nonplus: "))).hasSize(1);
          assertThat(directory.resolve("out")).doesNotExist();
        });
  }

  private static List<String> strings(List<Object> command) {
    return command.stream().map(Object::toString).toList();
  }

  private Stream<List<Object>> commands(Path input) {
    Path llama = TinyModel.original("llama");
    Path out = directory.resolve("out");
    return Stream.of(
            Stream.of(
                List.<Object>of(
                    "hf-calculate-perplexity", "--model-path", llama, "--input-path", input),
                List.<Object>of("merge", input, input),
                List.<Object>of("compare", input, input),
                List.<Object>of("verify", input),
                List.<Object>of("report", input, "--output", out),
                List.<Object>of("inspect", input),
                List.<Object>of("inspect", "--tokenizer", NOVELLA, "--windows", input),
                List.<Object>of("inspect", "--tokenizer", input),
                List.<Object>of(
                    "convert-weight", input, "--quantization", "q4f16_1", "--output", out),
                List.<Object>of(
                    "explain", "gptq", "llamacpp", "--model", NOVELLA, "--input", input),
                preparing(NOVELLA, input),
                scoring(input),
                scoring(llama, "--model-lib", input),
                List.<Object>of(
                    "calculate-perplexity",
                    "--model",
                    llama,
                    "--device",
                    "cpu",
                    "--input-path",
                    input),
                scoring(llama, "--journal", input),
                scoring(llama, "--reference", input)),
            Stream.of("tokenizer.json", "tokenizer_config.json")
                .map(file -> preparing(modelWith(file, input), BOOK)),
            Stream.of("config.json", "model.safetensors")
                .map(file -> scoring(modelWith(file, input))))
        .flatMap(each -> each);
  }

  private List<Object> preparing(Path model, Path text) {
    Path out = directory.resolve("out");
    return List.of(
        "preprocess-input", "--model-path", model, "--input", text, "--destination", out);
  }

  private List<Object> scoring(Path model, Object... more) {
    Path windows = TinyModel.windows(directory);
    return List.of(
        CommandRun.joined(
            more,
            "calculate-perplexity",
            "--model",
            model,
            "--device",
            "cpu",
            "--input-path",
            windows));
  }

  /// A model's folder, in which one file is something else.
  private Path modelWith(String file, Path input) {
    Path original = file.startsWith("tokenizer") ? NOVELLA : TinyModel.original("llama");
    try {
      Path model = Files.createDirectories(directory.resolve(file + input.getFileName()));
      for (String name : List.of("tokenizer.json", "tokenizer_config.json", "config.json")) {
        if (Files.exists(original.resolve(name))) {
          Files.copy(original.resolve(name), model.resolve(name));
        }
      }
      Files.deleteIfExists(model.resolve(file));
      SymbolicLink.make(model.resolve(file), input);
      return model;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Before anybody else wonders where they lead.
  @AfterEach
  void removeLinks() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.filter(Files::isSymbolicLink).toList()) {
        Files.delete(each);
      }
    }
  }
}
