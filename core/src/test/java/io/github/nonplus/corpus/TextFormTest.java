package io.github.nonplus.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a file is, its content says, whatever it is called.
class TextFormTest {
  private static final String LINES = "{\"text\":\"one\"}\n\n{\"text\":\"two\",\"n\":1}\n";
  private static final Path STANDARD_INPUT = Documents.STANDARD_INPUT;

  @TempDir Path directory;

  @Test
  void linesOfJsonAreRowsUnderAnyNameAndItIsSaid() throws IOException {
    for (String name : List.of("c4.json", "rows.txt", "rows")) {
      Path file = Files.writeString(directory.resolve(name), LINES);
      try (Documents documents = open(file, "", Optional.empty())) {
        assertThat(documents.all().getFirst()).isInstanceOf(Document.Rows.class);
        assertThat(documents.warnings())
            .containsExactly(
                file
                    + " is JSON Lines by its content: the field 'text' of each line is read;"
                    + " --text-form text takes it as it is");
      }
    }
    Path named = Files.writeString(directory.resolve("rows.jsonl"), LINES);
    try (Documents documents = open(named, "", Optional.empty())) {
      assertThat(documents.warnings()).isEmpty();
    }
  }

  @Test
  void standardInputIsToldByItsContentOrByTheUser() {
    assertThat(form("\ufeff" + LINES, Optional.empty())).isInstanceOf(Document.Rows.class);
    assertThat(form(LINES, Optional.of(TextForm.TEXT))).isInstanceOf(Document.Plain.class);
    assertThat(form("{\"text\":\"one\"}", Optional.empty())).isInstanceOf(Document.Rows.class);
    String long1 = "{\"text\":\"" + "x".repeat(100_000) + "\"}\n";
    assertThat(form(long1 + long1, Optional.empty())).isInstanceOf(Document.Rows.class);
    assertThat(form("{\"a\":1}\n".repeat(20_000), Optional.empty()))
        .isInstanceOf(Document.Rows.class);
  }

  @Test
  void aParquetFileIsOneWithoutItsName() throws IOException {
    byte[] bytes =
        Files.readAllBytes(
            Path.of("src/test/resources/io/github/nonplus/corpus/parquet/plain.parquet"));
    try (Documents documents =
        Documents.open(
            List.of(STANDARD_INPUT),
            new ByteArrayInputStream(bytes),
            new Documents.RowText("text", "text"))) {
      assertThat(documents.all().getFirst()).isInstanceOf(Document.Rows.class);
      assertThat(documents.warnings())
          .containsExactly(
              "standard input is a Parquet file by its content: its column 'text' is read");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Prose.",
        "{ and } are braces",
        "[1] A footnote.\n[2] Another.",
        "{\"text\":\"one\"}\nand prose",
        "PAR1 was a good year",
        "BZh is no word",
        "{",
        "[",
        "{\"a\": tru"
      })
  void proseIsProse(String text) {
    assertThat(form(text, Optional.empty())).isInstanceOf(Document.Plain.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[{\"text\":\"one\"},\n{\"text\":\"two\"}]\n",
        "{\n \"text\": \"one\"\n}\n",
        "[\"one\", \"two\"]",
        "[1]\n[2]\n"
      })
  void otherJsonIsRefusedUnlessItIsMeantAsText(String json) {
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> form(json, Optional.empty()))
        .withMessage(
            "standard input is JSON, but has no object on each line, expected a text or JSON Lines;"
                + " write each of its texts on a line of its own (jq -c '.[]' does it of a list), or"
                + " take it as it is with --text-form text");
    assertThat(form(json, Optional.of(TextForm.TEXT))).isInstanceOf(Document.Plain.class);
  }

  @Test
  void packedFilesAreNamedByTheirFirstBytes() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(LINES.getBytes(StandardCharsets.UTF_8));
    }
    for (String name : List.of("c4.json.gz", "rows.jsonl", "rows.parquet", "text.txt")) {
      Path file = Files.write(directory.resolve(name), packed.toByteArray());
      assertThatExceptionOfType(CorpusException.class)
          .isThrownBy(() -> open(file, "", Optional.empty()))
          .withMessage(
              file
                  + " is packed with gzip, expected a text; unpack it, or unpack it into standard"
                  + " input: gzip -dc FILE | nonplus … --input -");
    }
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(
            () -> form("version https://git-lfs.github.com/spec/v1\noid\n", Optional.empty()))
        .withMessage(
            "standard input is a pointer of Git LFS, not the file itself; get that with git lfs"
                + " pull");
  }

  @Test
  void zeroBytesAreNoText() {
    byte[] utf16 = "Prose\n and more".getBytes(StandardCharsets.UTF_16LE);
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> form(new String(utf16, StandardCharsets.ISO_8859_1), Optional.empty()))
        .withMessage(
            "standard input is no text in UTF-8: line 1 has a zero byte at offset 1, as UTF-16 has"
                + " and files that are no texts; convert the file to UTF-8, or give another");
  }

  @Test
  void whatAProgramPutIntoATextIsSaid() throws IOException {
    String text = "\ufeffOne\r\ntwo\rthree\r\n";
    Path file = Files.writeString(directory.resolve("t"), text);
    Marks marks = new Marks(true, 2);
    assertThat(Text.read(file).marks()).isEqualTo(marks);
    assertThat(TextFile.scan(file, "t").marks()).isEqualTo(marks);
    Marks.Counter parts = new Marks.Counter();
    text.chars().forEach(c -> parts.add("" + (char) c));
    assertThat(parts.marks()).isEqualTo(marks);
    try (Documents documents = open(file, "", Optional.empty())) {
      assertThat(documents.warnings()).hasSize(2);
      assertThat(documents.warnings().get(0)).contains("begins with a byte order mark (U+FEFF)");
      assertThat(documents.warnings().get(1))
          .contains("has 2 lines that end with a carriage return");
    }
    assertThat(new Marks(false, 0).warnings("t")).isEmpty();
  }

  @Test
  void anInputWithoutAnEndIsTakenUpToABound() throws IOException {
    byte[] bytes = new byte[100];
    assertThat(new BoundedInput(new ByteArrayInputStream(bytes), 100).readAllBytes()).hasSize(100);
    for (int most = 0; most < 100; most += 33) {
      InputStream in = new BoundedInput(new ByteArrayInputStream(bytes), most);
      assertThatExceptionOfType(CorpusException.class)
          .isThrownBy(in::readAllBytes)
          .withMessage(
              "standard input goes on after %d bytes, the most that is taken of it; give a file",
              most);
    }
  }

  private static Document form(String standardInput, Optional<TextForm> form) {
    try (Documents documents = open(STANDARD_INPUT, standardInput, form)) {
      return documents.all().getFirst();
    }
  }

  private static Documents open(Path input, String standardInput, Optional<TextForm> form) {
    InputStream in = new ByteArrayInputStream(standardInput.getBytes(StandardCharsets.UTF_8));
    return Documents.open(List.of(input), in, new Documents.RowText("text", "text", form));
  }
}
