package io.github.nonplus.corpus;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The windows files are byte for byte those of the original preprocessing.
class OriginalWindowsTest {
  private static final Path EXAMPLES = Path.of("../examples");

  @TempDir Path directory;

  @Test
  void novellaOnTheShippedText() {
    Text text = Text.read(EXAMPLES.resolve("hound-of-the-baskervilles.txt"));
    check(
        EXAMPLES.resolve("novella-6m"),
        text,
        25_141,
        197,
        "fdf48f783a0e152aac1557dcf0b4b902acf47d6d69145cd22ccb1015901b7bf0");
  }

  @Test
  void novellaOnWikiText() throws IOException {
    check(
        EXAMPLES.resolve("novella-6m"),
        wikiText(),
        453_317,
        3_542,
        "85b1a1e87a8405b5b22085e7164980dd87604aef567c63fc60fbfb337f726da9");
  }

  @Test
  void smolLM2OnWikiText() throws IOException {
    TestTexts.unpack("smollm2-tokenizer.json", directory, "tokenizer.json");
    check(
        directory,
        wikiText(),
        304_978,
        2_383,
        "316c5f42fe7de6ebb0698d0ab31bb537640cf2ff8f96aab74ea2aba068b74f06");
  }

  private Text wikiText() throws IOException {
    return WikiText.read(TestTexts.unpack("wiki.test.raw", directory, "wiki.test.raw"));
  }

  private void check(Path model, Text text, int tokens, int windows, String sha256) {
    try (Tokenizer tokenizer = Tokenizer.open(model)) {
      int[] ids = tokenizer.encode(text.content());
      WindowsFile file =
          WindowsFile.write(directory.resolve("windows.txt"), SlidingWindows.ORIGINAL.over(ids));
      assertThat(ids).hasSize(tokens);
      assertThat(file.windows().count()).isEqualTo(windows);
      assertThat(file.sha256()).isEqualTo(sha256);
    }
  }
}
