package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.corpus.ShippedText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract of `demo`, on the example model and a text short enough for a test.
class DemoTest {
  private static final Path EXAMPLES = Path.of("../examples");

  @TempDir Path home;

  @BeforeEach
  void install() throws IOException {
    TinyModel.copy(EXAMPLES.resolve("novella-6m"), home.resolve("examples/novella-6m"));
    String excerpt = Files.readString(EXAMPLES.resolve("hound-excerpt.txt"));
    Files.writeString(home.resolve("examples/hound-excerpt.txt"), excerpt.substring(0, 1000));
    System.setProperty(ShippedText.HOME, home.toString());
  }

  @AfterEach
  void uninstall() {
    System.clearProperty(ShippedText.HOME);
  }

  @Test
  void everyStepIsACommandThatCanBeTypedAndTheEndATable() {
    Path output = home.resolve("made");
    CommandRun run = CommandRun.of("demo", "--output", output);
    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines.stream().filter(line -> line.startsWith("$ nonplus ")))
        .extracting(line -> line.split(" ")[2])
        .containsExactly(
            "compile",
            "convert-weight",
            "preprocess-input",
            "calculate-perplexity",
            "calculate-perplexity",
            "hf-calculate-perplexity");
    String[] table = lines.subList(lines.size() - 8, lines.size()).toArray(String[]::new);
    assertThat(table[0].trim().split("  +"))
        .containsExactly("perplexity", "difference", "bytes of weights", "tokens/s");
    assertThat(table[1]).matches("Nonplus, float16 +\\d+\\.\\d{4} +13,048,320 +\\d+");
    assertThat(table[2])
        .matches("Nonplus, q4f16_0 +\\d+\\.\\d{4} +[+-]\\d+\\.\\d{4} +3,\\d{3},\\d{3} +\\d+");
    assertThat(table[3])
        .matches("PyTorch, float32 +\\d+\\.\\d{4} +[+-]0\\.000\\d +13,048,320 +\\d+");
    assertThat(table[4])
        .matches("PyTorch, fp4 +\\d+\\.\\d{4} +[+-]\\d+\\.\\d{4} +6,\\d{3},\\d{3} +\\d+");
    assertThat(table[5]).isEmpty();
    assertThat(table[6])
        .matches(
            "Quantization costs -?\\d+\\.\\d\\d % of perplexity and saves \\d+ % of the bytes\\.");
    assertThat(table[7])
        .matches("PyTorch, .* differs by \\d\\.\\de-0[789] of the full precision's\\.");
    assertThat(Refusal.files(output).keySet())
        .contains(
            "hound.windows.txt", "novella-q4f16_0.lib", "novella-q4f16_0/mlc-chat-config.json")
        .noneMatch(name -> name.contains("partial"));
    // Each command that is shown can be typed as it stands.
    for (String line : lines) {
      if (line.matches("\\$ nonplus (compile|convert-weight|preprocess-input) .*")) {
        Object[] words = line.split(" ");
        assertThat(CommandRun.of(Arrays.copyOfRange(words, 2, words.length)).code()).isZero();
      }
    }
  }

  @Test
  void missingExamplesAreOneSentence() throws IOException {
    Files.delete(home.resolve("examples/hound-excerpt.txt"));
    Refusal.of(home, "demo")
        .says(
            "the examples are not where they belong, %s; run the demo with ./nonplus from a clone",
            home.resolve("examples"));
  }

  @Test
  void outputThatIsAFileIsOneSentence() throws IOException {
    Path file = Files.writeString(home.resolve("file"), "content");
    Refusal.of(home, "demo", "--output", file)
        .mentions(file + " cannot be made a directory: ", "name another");
  }
}
