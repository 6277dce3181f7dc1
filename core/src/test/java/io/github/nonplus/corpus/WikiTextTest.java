package io.github.nonplus.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WikiTextTest {
  @TempDir Path directory;

  @Test
  void rowsAreLinesAndBlankLinesAreEmptyRows() {
    assertThat(WikiText.join(" \n = T = \n \n Words .\n"))
        .isEqualTo("" + "\n\n" + " = T = \n" + "\n\n" + "" + "\n\n" + " Words .\n");
  }

  @Test
  void onlyTheExactBlankLineIsAnEmptyRow() {
    assertThat(WikiText.join("\n  \n \nx \n")).isEqualTo("\n\n\n  \n\n\n\n\nx \n");
  }

  @Test
  void lastRowWithoutALineFeedStays() {
    assertThat(WikiText.join("a\n b")).isEqualTo("a\n\n\n b");
    assertThat(WikiText.join("a\n ")).isEqualTo("a\n\n\n ");
  }

  @Test
  void pinnedFileYieldsTheTextOfTheOriginal() throws IOException {
    Text text = WikiText.read(TestTexts.unpack("wiki.test.raw", directory, "wiki.test.raw"));
    assertThat(text.bytes()).isEqualTo(1_296_370);
    assertThat(text.content().codePointCount(0, text.content().length())).isEqualTo(1_294_336);
    assertThat(text.sha256())
        .isEqualTo("696cca6b65a171b0a358a4be6732cdfdf2dd6164a32e20fd70e3c13fc4dfae83");
  }

  @Test
  void otherTextIsNotRecognizedWhateverItsName() throws IOException {
    Path file = Files.writeString(directory.resolve("wiki.test.raw"), " \n = T = \n");
    assertThat(WikiText.recognize(Text.read(file))).isEmpty();
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> WikiText.read(file))
        .withMessageStartingWith(
            file + " is not the test text of WikiText-2: its sha256 is " + Text.read(file).sha256())
        .withMessageContaining("--input");
  }

  @Test
  void firstDirectoryThatHasTheFileIsTaken() throws IOException {
    Path second = Files.createDirectory(directory.resolve("second"));
    Path third = Files.createDirectory(directory.resolve("third"));
    Files.createFile(second.resolve("wiki.test.raw"));
    Files.createFile(third.resolve("wiki.test.raw"));
    assertThat(WikiText.find(List.of(directory, second, third)))
        .isEqualTo(second.resolve("wiki.test.raw"));
  }

  @Test
  void missingFileIsExplainedAndNothingIsDownloaded() {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> WikiText.find(List.of(directory)))
        .withMessageContaining("wikitext-2-raw-v1")
        .withMessageContaining(WikiText.SHA256)
        .withMessageContaining(directory.toString())
        .withMessageContaining("NONPLUS_CORPORA");
  }
}
