package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.files.Sha256;
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
  void carriageReturnsThatEndNoLineAreRefused() {
    content("1 2 3\r4 5\r")
        .says(
            "%s: line 1 has a carriage return that ends no line; put one window on each line, ended"
                + " by a line feed",
            file());
  }

  @Test
  void longestWindowBeyondTheContextIsRefusedWithWhatWouldTakeIt() {
    content("7 ".repeat(256) + "7\n1 2\n" + "7 ".repeat(299) + "7\n")
        .says(
            "%s: line 3 is a window of 300 ids, the longest, but the model takes 256; use shorter"
                + " windows, or let it take longer ones with --context 300",
            file());
  }

  @Test
  void longestWindowBeyondTheContextOfALibraryIsRefusedWithHowToCompileIt() {
    TinyModel model = TinyModel.llama(directory);
    TinyModel converted = new TinyModel(model.converted("q4f16_1"));
    Path library = model.compiled("q4f16_1", "--perplexity", "True");
    Path windows = TinyModel.windows(directory, "7 ".repeat(299) + "7\n");
    Refusal.of(directory, scoring(converted.path(), windows, "--model-lib", library))
        .says(
            "%s: line 1 is a window of 300 ids, the longest, but the model takes 256; use shorter"
                + " windows, or compile with --overrides context_window_size=300",
            file());
    CommandRun both =
        CommandRun.of(
            scoring(converted.path(), windows, "--model-lib", library, "--context", "300"));
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err())
        .contains("--context is for a model that is compiled in memory: " + library)
        .contains("compile with --overrides context_window_size=300, or leave the library out");
  }

  @Test
  void longerWindowsAreScoredIfTheContextIsLongEnough() {
    Path windows = TinyModel.windows(directory, "7 ".repeat(299) + "7\n");
    CommandRun run =
        CommandRun.of(scoring(TinyModel.original("llama"), windows, "--context", "300"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out()).contains("Perplexity");
  }

  /// `inspect --tokenizer` tells which ids these are.
  @Test
  void idsThatTheModelsOwnTokenizerMadeAreSaidToBeItsOwn() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Path tokenizer = Files.writeString(model.path().resolve("tokenizer.json"), "{}");
    Path windows = TinyModel.windows(directory, "1 2 500\n");
    Files.writeString(
        directory.resolve("windows.txt.origin.json"),
        """
        {"windows_sha256": "%s", "text": "t", "text_sha256": "%s", "tokenizer_sha256": "%s",
         "window": 3, "stride": 3, "tokens": 3}"""
            .formatted(Sha256.of(windows), "0".repeat(64), Sha256.of(tokenizer)));
    Refusal.of(directory, scoring(model.path(), windows))
        .says(
            "%s: line 1 holds the id 500, but the model's vocabulary ends at 127; the tokenizer.json"
                + " beside the model made it, which has more ids than the model; nonplus inspect"
                + " --tokenizer tells which",
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
        scoring(
            TinyModel.original("llama"),
            windows,
            "--per-window",
            directory.resolve("windows.tsv")));
  }

  private static Object[] scoring(Path model, Path windows, Object... more) {
    return CommandRun.joined(
        more, "calculate-perplexity", "--model", model, "--device", "cpu", "--input-path", windows);
  }

  private Path file() {
    return directory.resolve("windows.txt");
  }
}
