package io.github.nonplus.corpus.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Texts out of files that pyarrow wrote: all versions of pages, encodings and codecs that are
/// read.
class ParquetFileTest {
  private static final Path FILES = Path.of("src/test/resources/io/github/nonplus/corpus/parquet");

  @TempDir Path directory;

  private static List<String> texts() {
    List<String> three = List.of("", " = Title = \n", "Words of the second row, ä € 😀\n");
    List<String> all = new ArrayList<>();
    Collections.nCopies(10, three).forEach(all::addAll);
    IntStream.range(0, 70).forEach(i -> all.add("row %d of many".formatted(i)));
    return all;
  }

  private static List<String> read(Path path, String column) throws IOException {
    List<String> rows = new ArrayList<>();
    try (ParquetFile file = ParquetFile.open(path)) {
      assertThat(file.forEach(column, rows::add)).contains((long) rows.size());
    }
    return rows;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "plain-2-gzip",
        "dictionary-2-snappy",
        "groups-pages-zstd-checksums",
        "delta-length",
        "delta-2-zstd",
        "dictionary-given-up",
        "lz4",
        "required"
      })
  void everyKindOfPageHoldsTheSameTexts(String kind) throws IOException {
    assertThat(read(FILES.resolve(kind + ".parquet"), "text")).isEqualTo(texts());
  }

  @ParameterizedTest
  @ValueSource(strings = {"empty-group-between", "empty-group-last"})
  void aGroupWithoutRowsHasNoPlaceInTheFile(String kind) throws IOException {
    List<String> rows = read(FILES.resolve(kind + ".parquet"), "text");
    assertThat(rows).hasSize(12).doesNotContain("").doesNotHaveDuplicates();
  }

  @Test
  void aFileWithoutRowsHasNone() throws IOException {
    assertThat(read(FILES.resolve("no-rows.parquet"), "text")).isEmpty();
  }

  @Test
  void columnsThatAreNoTextsAreNamedByWhatTheyHold() throws IOException {
    refused("plain", "n", "its column 'n' holds INT64, no text");
    refused("plain", "tags", "its column 'tags' holds structures, no text");
    refused("brotli", "text", "its column is compressed with BROTLI, which is not read");
    try (ParquetFile file = ParquetFile.open(FILES.resolve("plain.parquet"))) {
      assertThat(file.columns()).containsExactly("n", "text");
      assertThat(file.forEach("body", _ -> {})).isEmpty();
    }
  }

  private static void refused(String kind, String column, String found) {
    assertThatExceptionOfType(ParquetException.class)
        .isThrownBy(() -> read(FILES.resolve(kind + ".parquet"), column))
        .withMessage(found);
  }

  @Test
  void aByteOfAPageThatChangedIsFoundByItsChecksum() throws IOException {
    byte[] bytes = Files.readAllBytes(FILES.resolve("groups-pages-zstd-checksums.parquet"));
    for (int at = 0, found = 0; found < 3; at++) {
      byte[] damaged = bytes.clone();
      damaged[at] ^= 1;
      try {
        assertThat(read(Files.write(directory.resolve("d"), damaged), "text")).isEqualTo(texts());
      } catch (ParquetException e) {
        found += e.getMessage().endsWith("has not the checksum that it says") ? 1 : 0;
      }
    }
  }

  @Test
  void aTextThatIsNotUtf8IsRefusedAndNotMended() throws IOException {
    byte[] bytes = Files.readAllBytes(FILES.resolve("delta-length.parquet"));
    String latin = new String(bytes, StandardCharsets.ISO_8859_1);
    bytes[latin.indexOf("row 33 of many")] = (byte) 0xff;
    Path file = Files.write(directory.resolve("latin"), bytes);
    assertThatExceptionOfType(ParquetException.class)
        .isThrownBy(() -> read(file, "text"))
        .withMessage("a value is not UTF-8");
  }

  @Test
  void whatIsNoParquetFileIsRefusedByItsEnds() throws IOException {
    Path file = directory.resolve("file");
    Files.write(file, new byte[11]);
    assertThatExceptionOfType(ParquetException.class)
        .isThrownBy(() -> ParquetFile.open(file))
        .withMessage("it has only 11 bytes");
    byte[] tail = Arrays.copyOf("PAR1".getBytes(StandardCharsets.US_ASCII), 20);
    System.arraycopy(tail, 0, tail, 16, 4);
    tail[12] = 9;
    Files.write(file, tail);
    assertThatExceptionOfType(ParquetException.class)
        .isThrownBy(() -> ParquetFile.open(file))
        .withMessageStartingWith("its footer should have 9 bytes of a file of 20");
    tail[19] = 'E';
    Files.write(file, tail);
    assertThatExceptionOfType(ParquetException.class)
        .isThrownBy(() -> ParquetFile.open(file))
        .withMessage("it is encrypted");
  }
}
