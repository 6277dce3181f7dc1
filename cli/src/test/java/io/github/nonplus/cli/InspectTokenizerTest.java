package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `inspect --tokenizer`: what is wrong is seen before anything is scored.
class InspectTokenizerTest {
  private static final Path MODEL = Path.of("../examples/novella-6m");
  private static final String TEXT = "It was a dark and stormy night; the rain fell in torrents.";

  @TempDir Path directory;

  private Path windows(String protocol) throws IOException {
    Path text = Files.writeString(directory.resolve("text"), TEXT);
    Path windows = directory.resolve("w");
    CommandRun run =
        CommandRun.of(
            "preprocess-input",
            "--model-path",
            MODEL,
            "--input",
            text,
            "--protocol",
            protocol,
            "--window",
            8,
            "--destination",
            windows);
    assertThat(run.code()).as(run.err()).isZero();
    return windows;
  }

  private static String examined(Path windows) {
    return CommandRun.of("inspect", MODEL, "--tokenizer", "--windows", windows).out();
  }

  @Test
  void nothingIsWrongWithWindowsOfTheirText() throws IOException {
    for (String protocol : List.of("llamacpp", "gptq", "lm-eval-wikitext-2024")) {
      assertThat(examined(windows(protocol)))
          .contains("adds        <s> (id 1) before a text, nothing after it")
          .contains("gives the same ids")
          .contains("nothing is wrong that could be seen");
    }
    assertThat(examined(windows("llamacpp"))).contains("begins 2 of 2 windows");
    assertThat(examined(windows("gptq"))).contains("begins 1 of 2 windows");
  }

  @Test
  void aBosThatTheProtocolDoesNotWantIsNotMissed() throws IOException {
    for (String protocol : List.of("exllamav2", "exllamav3")) {
      assertThat(examined(windows(protocol)))
          .contains("none, as the protocol " + protocol + " wants it")
          .contains("nothing is wrong that could be seen");
    }
  }

  @Test
  void specialTokensThatTheTextSpellsOutAreTold() throws IOException {
    Path text = Files.writeString(directory.resolve("text"), TEXT + "\nIt ends <|endoftext|>");
    CommandRun run =
        CommandRun.of(
            "preprocess-input",
            "--model-path",
            MODEL,
            "--input",
            text,
            "--protocol",
            "llamacpp",
            "--window",
            8,
            "--destination",
            directory.resolve("w"));
    String sentence =
        "the text spells out special tokens (1, the first <|endoftext|> in line 2 of %s); each becomes its one id"
            .formatted(text);
    assertThat(run.err()).contains("Warning: " + sentence);
    assertThat(examined(directory.resolve("w"))).contains("warning     " + sentence);
  }

  @Test
  void specialTokensMayBeTakenAsLettersAsLlamaCppTakesThem() throws IOException {
    Path text = Files.writeString(directory.resolve("text"), TEXT + "\nIt ends <|endoftext|>");
    Path windows = directory.resolve("w");
    CommandRun run =
        CommandRun.of(
            "preprocess-input",
            "--model-path",
            MODEL,
            "--input",
            text,
            "--protocol",
            "llamacpp",
            "--spelled-tokens",
            "letters",
            "--window",
            8,
            "--destination",
            windows);
    assertThat(run.err()).doesNotContain("Warning");
    assertThat(examined(windows))
        .contains("gives the same ids")
        .contains("nothing is wrong that could be seen");
    CommandRun other =
        CommandRun.of(
            "preprocess-input",
            "--model-path",
            MODEL,
            "--input",
            text,
            "--spelled-tokens",
            "words",
            "--destination",
            windows);
    assertThat(other.code()).isEqualTo(2);
    assertThat(other.err()).contains("--spelled-tokens is ids or letters, not 'words'");
  }

  @Test
  void twoBosInARowAreTold() throws IOException {
    assertThat(examined(windows("lm-eval-wikitext")))
        .contains("warning     window 1 begins with two BOS")
        .contains("1 warning");
  }

  @Test
  void aMissingBosAndIdsBeyondTheVocabularyAreTold() throws IOException {
    Path windows = Files.writeString(directory.resolve("v"), "5 6 7\n8 9\n");
    assertThat(examined(windows)).contains("warning     no window begins with the BOS");
    Files.writeString(windows, "5 6 7\n8 99999\n");
    assertThat(examined(windows)).contains("warning     the windows hold the id 99999");
  }

  @Test
  void theFirstDifferenceIsShownWithItsText() throws IOException {
    Path windows = windows("gptq");
    List<String> lines = new ArrayList<>(Files.readAllLines(windows));
    String changed = lines.get(2).replaceFirst(" \\d+( \\d+)$", " 264$1");
    lines.set(2, changed);
    Files.writeString(windows, String.join("\n", lines) + "\n");
    Path origin = directory.resolve("w.origin.json");
    Files.writeString(
        origin,
        Files.readString(origin)
            .replaceFirst(
                "\"windows_sha256\" : \"[0-9a-f]+\"",
                "\"windows_sha256\" : \"%s\""
                    .formatted(io.github.nonplus.files.Sha256.of(windows))));
    assertThat(examined(windows))
        .contains("warning     window 1 differs from its text at id 7: it holds [")
        .contains("the tokenizer gives [");
  }
}
