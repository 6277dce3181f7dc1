package io.github.nonplus.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of windows that must not be scored.
class WindowsRefusalTest {
  @TempDir Path directory;

  @Test
  void idBeyondTheVocabularyIsRefused() {
    content("1 2 3\n4 128 5\n")
        .says(
            "%s: line 2 holds the id 128, but the model's vocabulary ends at 127; make the windows"
                + " with this model's tokenizer",
            file());
  }

  @Test
  void wordIsRefused() {
    content("1 2 3\n4 five 6\n")
        .says(
            "%s: line 2 holds 'five', expected an id (decimal digits without leading zeros)",
            file());
  }

  @Test
  void emptyLineIsRefused() {
    content("1 2 3\n\n4 5\n")
        .says("%s: line 2 is empty, expected a window of ids; remove the line", file());
  }

  @Test
  void emptyFileIsRefused() {
    content("")
        .says(
            "%s is empty, expected one window of ids a line; make it with preprocess-input",
            file());
  }

  @Test
  void windowOfOneIdIsRefused() {
    content("1 2 3\n4\n")
        .says(
            "%s: line 2 is a window of one id, in which nothing can be scored, at least 2 ids"
                + " expected; remove the line",
            file());
  }

  @Test
  void carriageReturnsAreRefused() {
    content("1 2 3\r\n4 5\r\n")
        .says(
            "%s: line 1 has a carriage return (CR LF line endings, as Windows writes them); convert"
                + " the file to LF line endings",
            file());
  }

  @Test
  void windowLongerThanTheContextIsRefused() {
    content("1 2\n" + "7 ".repeat(256) + "7\n")
        .says(
            "%s: line 2 is a window of 257 ids, longer than the 256 that the model takes; use"
                + " shorter windows, or compile with --overrides context_window_size=257",
            file());
  }

  @Test
  void directoryIsRefused() {
    scored(directory)
        .says("%s is a directory; give the file of windows that preprocess-input wrote", directory);
  }

  @Test
  void missingFileIsRefused() {
    scored(file())
        .says(
            "%s, the file of windows, cannot be read: no such file or directory; make one with"
                + " preprocess-input",
            file());
  }

  @Test
  void damagedOriginIsRefusedBeforeAnythingIsScored() throws IOException {
    Files.writeString(directory.resolve("windows.txt.origin.json"), "{");
    content("1 2 3\n").mentions(file() + ".origin.json is not valid JSON (");
  }

  private Refusal content(String content) {
    return scored(TinyModel.windows(directory, content));
  }

  private Refusal scored(Path windows) {
    return Refusal.of(
        directory,
        "calculate-perplexity",
        "--model",
        TinyModel.original("llama"),
        "--device",
        "cpu",
        "--input-path",
        windows,
        "--per-window",
        directory.resolve("windows.tsv"));
  }

  private Path file() {
    return directory.resolve("windows.txt");
  }
}
