package io.github.nonplus.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.Sha256;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Texts in every form that is read, and what is wrong with them by line and byte.
class DocumentsTest {
  private static final Documents.RowText TEXT = new Documents.RowText("text", "text");
  private static final String ROW = "Words of the second row, ä € 😀\n";

  @TempDir Path directory;

  @Test
  void linesOfJsonAreRows() throws IOException {
    Path file =
        write("a.jsonl", "{\"text\":\"one\\n\",\"n\":1}\r\n{\"text\":\"\"}\n{\"text\":\"ä\"}");
    assertThat(rows(file)).containsExactly("one\n", "", "ä");
  }

  @Test
  void emptyLinesAndAByteOrderMarkAreNoRows() throws IOException {
    Path file =
        write("a.jsonl", "\ufeff{\"text\":\"one\"}\n\n \r\n{\"text\":\"two\",\"score\":NaN}\n\n");
    assertThat(rows(file)).containsExactly("one", "two");
    assertThat(rows(write("b.jsonl", "\n\n"))).isEmpty();
  }

  @Test
  void aRowMayBeLongerThanAJsonLibraryExpects() throws IOException {
    Path file = write("a.jsonl", "{\"text\":\"" + "x".repeat(21_000_000) + "\"}");
    assertThat(rows(file).getFirst()).hasSize(21_000_000);
  }

  @Test
  void aColumnOfParquetHoldsRows() throws IOException {
    for (String compression : List.of("snappy", "zstd")) {
      Path file = resource("rows." + compression + ".parquet");
      assertThat(rows(file)).containsExactly("", " = Title = \n", ROW, "", " = Title = \n", ROW);
    }
  }

  @Test
  void whatIsWrongWithALineOfJsonIsNamed() throws IOException {
    rejects(
        "{\"text\":\"a\"}\n{\"body\":1,\"id\":2}\n", "line 2 has no field 'text', but body, id;");
    rejects(
        "{\"text\":1}\n", "line 1 has the number 1 in the field 'text', expected a text; leave");
    rejects("{\"text\":\"a\"}\nnothing\n", "line 2 is not valid JSON");
    rejects("{\"text\":\"a\"} {}\n", "line 1 is not valid JSON");
    rejects("{\"text\":\"a\",\"text\":\"b\"}\n", "line 1 is not valid JSON");
    rejects(
        "[{\"text\":\"a\"}]\n",
        "line 1 holds a list, expected an object with the field 'text'; write each of its elements on"
            + " a line of its own (jq -c '.[]' does it)");
    rejects(
        "12\n",
        "line 1 holds the number 12, expected an object with the field 'text'; give a file with a"
            + " JSON object on each line");
    rejects(
        "{\"text\":null}\n",
        "line 1 has null in the field 'text', expected a text; leave such lines out, or name the"
            + " text's field with --field");
    rejects("{\"text\":[\"a\"]}\n", "line 1 has a list in the field 'text', expected a text;");
    rejects("{\"text\":{}}\n", "line 1 has an object in the field 'text', expected a text;");
    rejects("{}\n", "line 1 has no field 'text', but none at all; name the text's with --field");
    rejects(
        "{\"text\":\"a\",}\n",
        "line 1 is not valid JSON (Unexpected character ('}' (code 125)): was expecting double-quote"
            + " to start field name at column 13), expected an object with the field 'text'; mend the"
            + " line, or leave it out");
    rejects(
        "{\n\"text\":\"a\"\n}\n", "line 1 is not valid JSON (Unexpected end-of-input: expected");
    rejects("{\"text\":\"\\ud800\"}\n", "line 1 has half of a surrogate pair in 'text'");
  }

  @Test
  void aByteThatIsNotUtf8IsNamedByLineAndOffset() throws IOException {
    byte[] json = "{\"text\":\"a\"}\n{\"text\":\"?\"}\n".getBytes(StandardCharsets.UTF_8);
    json[22] = (byte) 0xff;
    Path file = Files.write(directory.resolve("b.jsonl"), json);
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> rows(file))
        .withMessage(
            file
                + " is not UTF-8: line 2 has the byte 0xff at offset 22; convert the file to UTF-8");
  }

  @Test
  void aLargeTextStaysInItsFileAndReadsAsWhatItIs() throws IOException {
    String text = "Zeile ä € 😀 \n".repeat(20_000);
    Path file = write("t.txt", text);
    TextFile large = TextFile.scan(file, "t");
    StringBuilder read = new StringBuilder();
    large.read(read::append);
    assertThat(read.toString().equals(text)).isTrue();
    assertThat(large.extent()).isEqualTo(Extent.of(text));
    assertThat(large.sha256()).isEqualTo(Text.read(file).sha256());
    byte[] bytes = Files.readAllBytes(file);
    bytes[300_007] = (byte) 0xc0;
    Files.write(file, bytes);
    String sentence = "t is not UTF-8: line \\d+ has the byte 0x[0-9a-f]{2} at offset 30000\\d; .*";
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> TextFile.scan(file, "t"))
        .satisfies(e -> assertThat(e.getMessage()).matches(sentence));
    assertThatExceptionOfType(CorpusException.class).isThrownBy(() -> large.read(_ -> {}));
  }

  @Test
  void aTextThatIsCutInTheMiddleOfACharacterIsRefused() throws IOException {
    Path file = Files.write(directory.resolve("t"), new byte[] {'a', '\n', (byte) 0xc3});
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> TextFile.scan(file, "t"))
        .withMessage(
            "t is not UTF-8: line 2 has the byte 0xc3 at offset 2; convert the file to UTF-8");
  }

  @Test
  void standardInputIsReadOnceAndItsCopyRemoved() throws IOException {
    InputStream in = new ByteArrayInputStream("piped".getBytes(StandardCharsets.UTF_8));
    Path other = write("t.txt", "other");
    try (Documents documents = Documents.open(List.of(Path.of("-"), other), in, TEXT)) {
      assertThat(documents.all())
          .extracting(Document::name)
          .containsExactly("standard input", other.toString());
      assertThat(documents.name()).isEqualTo("2 documents");
      assertThat(documents.sha256())
          .isEqualTo(
              Sha256.of(
                  (Sha256.of("piped".getBytes(StandardCharsets.UTF_8))
                          + "  standard input\n"
                          + Sha256.of(other)
                          + "  "
                          + other.toString().replace(File.separatorChar, '/')
                          + "\n")
                      .getBytes(StandardCharsets.UTF_8)));
    }
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> Documents.open(List.of(Path.of("-"), Path.of("-")), in, TEXT))
        .withMessage("standard input can be read only once; name '-' once");
  }

  @Test
  void theRebuildOfOtherToolsIsThePinnedFileByteForByte() throws IOException {
    Path file = TestTexts.unpack("wiki.test.raw", directory, "wiki.test.raw");
    Text raw = WikiText.readPinned(file);
    List<String> rows = WikiText.rows(raw.content());
    assertThat(rows).hasSize(4358);
    assertThat(rows.stream().filter(String::isEmpty)).hasSize(1467);
    StringBuilder rebuilt = new StringBuilder(); // as AutoGPTQ does it
    rows.forEach(row -> rebuilt.append(row.isEmpty() ? " \n" : row));
    assertThat(Text.of("", rebuilt.toString()).sha256()).isEqualTo(WikiText.SHA256);
  }

  @Test
  void whatIsWrongWithAColumnIsNamed() throws IOException {
    Path file = resource("rows.snappy.parquet");
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> ParquetRows.of(file, "p", "body").forEach(_ -> {}))
        .withMessage("p has no column 'body', but text, n; name the text's with --column");
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> rows(resource("parquet/structures.parquet")))
        .withMessageEndingWith(
            "structures.parquet has no column 'text': all its columns are structures or lists; write"
                + " the texts as a plain column");
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> ParquetRows.of(file, "p", "n").forEach(_ -> {}));
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> rows(resource("null.parquet")))
        .withMessageEndingWith("row 2 has no text in the column 'text'; leave such rows out");
    Path empty = Files.createFile(directory.resolve("empty.parquet"));
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> rows(empty))
        .withMessageContaining("is no Parquet file that can be read");
  }

  /// One byte changed, or the file cut: rows, or one sentence.
  @Test
  void damagedFilesNeverEndInAnythingButASentence() throws IOException {
    Random random = new Random(3);
    byte[] json =
        "{\"text\":\"a ä\",\"n\":[1,2]}\n{\"text\":\"b\"}\n".getBytes(StandardCharsets.UTF_8);
    for (int round = 0; round < 200; round++) {
      byte[] bytes = json.clone();
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      survives("d.jsonl", bytes, random);
    }
  }

  @Test
  void aParquetFileThatIsCutIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(resource("rows.zstd.parquet"));
    for (int length = 0; length < whole.length; length += 7) {
      Path file = Files.write(directory.resolve("cut.parquet"), Arrays.copyOf(whole, length));
      assertThatExceptionOfType(CorpusException.class)
          .isThrownBy(() -> rows(file))
          .withMessageStartingWith(file + " is no Parquet file that can be read: ");
    }
  }

  private void survives(String name, byte[] bytes, Random random) throws IOException {
    int length = random.nextInt(5) == 0 ? random.nextInt(bytes.length) : bytes.length;
    Path file = Files.write(directory.resolve(name), Arrays.copyOf(bytes, length));
    try {
      rows(file);
    } catch (CorpusException e) {
      assertThat(e.getMessage()).startsWith(file.toString()).isNotBlank();
    }
  }

  private void rejects(String content, String message) throws IOException {
    Path file = write("r.jsonl", content);
    assertThatExceptionOfType(CorpusException.class)
        .isThrownBy(() -> rows(file))
        .withMessageStartingWith(file + ": " + message);
  }

  private static List<String> rows(Path file) {
    List<String> rows = new ArrayList<>();
    try (Documents documents = Documents.open(List.of(file), InputStream.nullInputStream(), TEXT)) {
      ((Document.Rows) documents.all().getFirst()).rows().forEach(rows::add);
    }
    return rows;
  }

  private Path resource(String name) throws IOException {
    Path file = directory.resolve(Path.of(name).getFileName());
    if (!Files.exists(file)) {
      try (InputStream in = DocumentsTest.class.getResourceAsStream(name)) {
        Files.copy(in, file);
      }
    }
    return file;
  }

  private Path write(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }
}
