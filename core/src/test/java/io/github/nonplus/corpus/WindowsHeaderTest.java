package io.github.nonplus.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of windows that say by which protocol they are scored.
class WindowsHeaderTest {
  private static final String HEADER =
      "#nonplus-windows {\"version\":1,\"protocol\":\"gptq\",\"window\":4,\"stride\":4,"
          + "\"last_id_is_fed\":true}\n";

  @TempDir Path directory;

  @Test
  void whatIsWrittenReadsBackAsTheSame() throws IOException {
    WindowsHeader header = new WindowsHeader("llamacpp", 5, 5, false);
    Path file = directory.resolve("w");
    try (WindowsWriter writer = WindowsWriter.of(file, Optional.of(header))) {
      writer.document("a \"name\"\nof ä", new Extent(3, 20));
      writer.window(new int[] {1, 20, 3, 4, 5}, 2);
      writer.document("b", new Extent(1, 2));
      writer.window(new int[] {6, 7}, 1);
      String sha256 = writer.commit();
      WindowsFile read = WindowsFile.read(file);
      assertThat(read.sha256()).isEqualTo(sha256);
      assertThat(read.header()).contains(header);
      assertThat(read.sections())
          .containsExactly(
              new Section("a \"name\"\nof ä", new Extent(3, 20), 0),
              new Section("b", new Extent(1, 2), 1));
      assertThat(read.extent()).isEqualTo(new Extent(4, 22));
      assertThat(read.windows().window(0)).containsExactly(1, 20, 3, 4, 5);
      assertThat(read.windows().scored(0)).isEqualTo(2);
      assertThat(read.windows().fed(0)).isEqualTo(4);
      assertThat(read.line(0)).isEqualTo(3);
      assertThat(read.line(1)).isEqualTo(5);
    }
    assertThat(Files.readAllLines(file).get(2)).isEqualTo("2:1 20 3 4 5");
  }

  @Test
  void aFileWithoutAHeaderScoresAllIdsButTheFirst() throws IOException {
    WindowsFile file = WindowsFile.read(Files.writeString(directory.resolve("w"), "1 2 3\n4 5\n"));
    assertThat(file.header()).isEmpty();
    assertThat(file.windows().scored(0)).isEqualTo(2);
    assertThat(file.windows().scored()).isEqualTo(3);
    assertThat(file.windows().fed(0)).isEqualTo(3);
  }

  @Test
  void aCountIsDemandedWhereAHeaderIsAndRefusedWhereNoneIs() {
    rejects(HEADER + "1 2 3\n", "line 2 does not say how many of its ids are scored");
    rejects("2:1 2 3\n", "line 1 holds '2:', expected an id");
  }

  @Test
  void aCountThatCannotBeIsRefused() {
    rejects(
        HEADER + "3:1 2 3\n", "line 2 scores 3 of its 3 ids, expected at most all but the first");
    rejects(HEADER + "0:1 2 3\n", "line 2 scores 0 ids, expected 1 or more");
    rejects(HEADER + "99999999999:1 2\n", "line 2 scores");
    rejects(HEADER + "1:1:1 2 3\n", "line 2 holds '1:', expected an id");
    rejects(HEADER + ":1 2 3\n", "line 2 holds ':', expected an id");
    rejects(HEADER + "1:\n", "line 2");
    rejects(HEADER + "1: 2\n", "line 2 has a space where an id is expected");
  }

  @Test
  void aHeaderStandsInTheFirstLineOnly() {
    rejects("1 2\n" + HEADER, "line 2 begins with '#' but is neither a header");
    rejects(HEADER + HEADER + "1:2 3\n", "line 2 begins with '#'");
    rejects("#document {\"name\":\"a\",\"words\":1,\"bytes\":1}\n1 2\n", "line 1 begins with '#'");
    rejects("# remark\n1 2\n", "line 1 begins with '#'");
    rejects("1 #2\n", "line 1 holds '#2', expected an id");
  }

  @Test
  void aDamagedHeaderIsNotGuessed() {
    rejects(HEADER.replace("\"version\":1", "\"version\":2") + "1:1 2\n", "line 1 is of version 2");
    rejects(HEADER.replace("\"gptq\"", "7") + "1:1 2\n", "line 1 names no protocol");
    rejects(HEADER.replace("true", "1") + "1:1 2\n", "line 1 names no protocol");
    rejects(
        HEADER.replace("\"window\":4", "\"window\":-4"),
        "line 1 has window -4, expected 2 or more");
    rejects(HEADER.replace("}", "") + "1:1 2\n", "line 1 is not valid JSON");
    rejects(HEADER.replace("{", "[{").replace("}", "}]"), "line 1 holds no JSON object");
    rejects(
        HEADER + "#document {\"name\":\"a\",\"words\":0,\"bytes\":1}\n",
        "line 2 has words 0, expected 1 or more");
    rejects(HEADER + "#document {\"words\":1,\"bytes\":1}\n", "line 2 names no document");
    rejects(HEADER, "is empty, expected one window of ids a line");
  }

  @Test
  void aLineWithoutEndIsNotReadWhole() {
    rejects("#nonplus-windows " + "x".repeat(1 << 20), "line 1 is longer than the 65536 bytes");
  }

  private void rejects(String content, String message) {
    Path file = directory.resolve("windows");
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> WindowsFile.read(Files.writeString(file, content)))
        .withMessageContaining(message);
  }
}
