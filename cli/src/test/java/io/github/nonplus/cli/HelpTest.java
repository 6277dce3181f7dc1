package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.quantization.Quantization;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/// What a person reads before the first command works.
class HelpTest {
  private static final Path ROOT = Path.of("..");

  @TempDir Path directory;

  private static List<String> commands() {
    return List.copyOf(Main.commandLine().getSubcommands().keySet());
  }

  @Test
  void helpOfACommandIsWhatItSaysItself() {
    assertThat(CommandRun.of("help")).isEqualTo(CommandRun.of("--help"));
    for (String command : commands()) {
      assertThat(CommandRun.of("help", command)).isEqualTo(CommandRun.of(command, "--help"));
    }
    assertThat(CommandRun.of("help", "comapre"))
        .satisfies(run -> assertThat(run.code()).isEqualTo(2))
        .satisfies(run -> assertThat(run.err()).contains("did you mean compare?"));
  }

  @ParameterizedTest
  @ValueSource(ints = {55, 80, 132})
  void linesKeepToTheColumnsOfTheTerminal(int columns) {
    CommandLine all = Main.commandLine(Optional.of("" + columns));
    int longest = longest(all.getUsageMessage());
    for (CommandLine command : all.getSubcommands().values()) {
      String help = command.getUsageMessage();
      int examples = help.lastIndexOf("\nExample");
      longest = Math.max(longest, longest(help.substring(0, examples)));
      assertThat(longest(help.substring(examples))).isLessThanOrEqualTo(80); // never broken
    }
    assertThat(longest).isBetween(columns - 5, columns);
  }

  private static int longest(String lines) {
    return lines.lines().mapToInt(String::length).max().orElseThrow();
  }

  /// In the order in which they need each other, on a text short enough for a test.
  @Test
  void examplesRunOneAfterAnother() throws IOException {
    Path examples = directory.resolve("examples");
    TinyModel.copy(ROOT.resolve("examples/novella-6m"), examples.resolve("novella-6m"));
    String text = Files.readString(ROOT.resolve("examples/hound-excerpt.txt"));
    Files.writeString(examples.resolve("hound-of-the-baskervilles.txt"), text.substring(0, 5000));
    for (String command :
        new String[] {
          "convert-weight",
          "compile",
          "preprocess-input",
          "calculate-perplexity",
          "hf-calculate-perplexity",
          "perplexity",
          "divergence",
          "merge",
          "compare",
          "report",
          "verify",
          "explain",
          "inspect",
          "devices",
          "help",
        }) {
      for (Object[] words : examples(command)) {
        CommandRun run = CommandRun.of(words);
        assertThat(run.code()).as(String.join(" ", List.of(words).toString()) + run.err()).isZero();
      }
    }
    assertThat(commands()).hasSize(16); // all of them, and the demo, which is its own example
  }

  /// As a shell takes apart what stands below `Example:` in a help text.
  private List<Object[]> examples(String command) {
    String help = CommandRun.of(command, "--help").out();
    String lines =
        help.substring(help.indexOf("\nExample")).replace("\\" + System.lineSeparator(), " ");
    List<Object[]> examples =
        lines
            .lines()
            .filter(line -> line.startsWith("  nonplus "))
            .map(
                line ->
                    line.strip()
                        .substring("nonplus ".length())
                        .replaceAll(
                            "(^| )(examples|dist)/",
                            "$1" + directory.toString().replace('\\', '/') + "/$2/"))
            .map(line -> (Object[]) line.split(" +"))
            .toList();
    assertThat(examples).as(command).isNotEmpty();
    return examples;
  }

  @ParameterizedTest
  @CsvSource({
    "calcualte-perplexity,                    did you mean calculate-perplexity?",
    "perp,                                    did you mean perplexity?",
    "Compare,                                 did you mean compare?",
    "compile m --quantisation=q4f16_0,        did you mean --quantization?",
    "compile m --quant q4f16_0,               did you mean --quantization?",
    "compile m --quantization=q4f16-0 --output=lib, did you mean q4f16_0?",
    "compile m --quantization=q4f16_0 --output=lib --device=open-cl, did you mean opencl?",
    "explain gtpq llamacpp --model=m --input=t, did you mean gptq?",
  })
  void aNearNameIsNamed(String arguments, String sentence) {
    CommandRun run = CommandRun.of((Object[]) arguments.split(" "));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(sentence);
  }

  @Test
  void nothingIsMeantByAFarName() {
    assertThat(CommandRun.of("frobnicate").err()).doesNotContain("did you mean");
    assertThat(CommandRun.of("compile", "m", "--frobnicate").err()).doesNotContain("did you mean");
  }

  @Test
  void listsOfNamesAreTheTables() throws IOException {
    List<String> protocols = Protocols.ALL.stream().map(Protocol::name).toList();
    List<String> schemes = Quantization.ALL.stream().map(Quantization::name).toList();
    for (String command : new String[] {"preprocess-input", "perplexity", "divergence"}) {
      assertThat(words(command)).contains(": " + String.join(", ", protocols) + ".");
    }
    assertThat(words("compile")).contains(String.join(", ", schemes));
    assertThat(words("convert-weight"))
        .contains("=SCHEME " + String.join(", ", Quantization.computed()) + ".");
    String readme = Files.readString(ROOT.resolve("README.md"));
    for (String name : protocols) {
      assertThat(readme).contains("`" + name + "`");
    }
    for (String name : schemes) {
      assertThat(readme).contains("| `" + name + "` |");
    }
  }

  private static String words(String command) {
    return CommandRun.of(command, "--help").out().replaceAll("\\s+", " ");
  }

  @Test
  void aPageThatIsNotATerminalsHasEightyColumns() {
    StringWriter out = new StringWriter();
    Main.commandLine(Optional.of("a few")).usage(new PrintWriter(out));
    assertThat(out.toString()).isEqualTo(Main.commandLine(Optional.empty()).getUsageMessage());
  }
}
