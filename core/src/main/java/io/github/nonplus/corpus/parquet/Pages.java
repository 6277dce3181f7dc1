package io.github.nonplus.corpus.parquet;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/// The pages of a column in one group of rows, one after another.
final class Pages {
  /// A header may hold a page's smallest and largest value, but is short but for them.
  private static final int SHORT_HEADER = 8 << 10;

  private static final int RLE = 3;

  private final ParquetFile file;
  private final TextColumn column;
  private final TextColumn.Piece piece;
  private final long firstRow;
  private String[] dictionary;

  /// @param firstRow number of the first value's row, for messages
  Pages(ParquetFile file, TextColumn column, TextColumn.Piece piece, long firstRow) {
    this.file = file;
    this.column = column;
    this.piece = piece;
    this.firstRow = firstRow;
  }

  /// Hands out all values.
  void forEach(Consumer<String> sink) throws IOException {
    long at = piece.begin();
    long end = piece.begin() + piece.bytes();
    long read = 0;
    while (read < piece.values()) { // ends, because each page takes bytes
      if (at >= end) {
        throw ParquetException.damage(
            "the column '%s' ends at byte %d after %d of %d values",
            column.name(), end, read, piece.values());
      }
      PageHeader header = header(at, end);
      at += header.length();
      requireRoom(header, at, end);
      read += values(header, at, read, sink);
      at += header.compressed();
    }
  }

  private static void requireRoom(PageHeader header, long at, long end) {
    if (header.compressed() < 0 || header.bytes() < 0) {
      throw ParquetException.damage("the page at byte %d does not say how long it is", at);
    }
    if (header.compressed() > end - at) {
      throw ParquetException.damage(
          "the page at byte %d should have %d bytes, but its column has %d left",
          at, header.compressed(), end - at);
    }
    if (Math.max(header.bytes(), header.compressed()) > ParquetFile.MAX_PAGE) {
      throw ParquetException.unread(
          "the page at byte %d has %d bytes, more than the %d that are read",
          at, Math.max(header.bytes(), header.compressed()), ParquetFile.MAX_PAGE);
    }
  }

  private long values(PageHeader header, long at, long before, Consumer<String> sink)
      throws IOException {
    if (header.kind() != PageHeader.DATA
        && header.kind() != PageHeader.DATA_2
        && header.kind() != PageHeader.DICTIONARY) {
      return 0; // an index, or what later versions may add, which is no data
    }
    PageHeader.Content content = header.content();
    if (content == null || content.values() < 0) {
      throw ParquetException.damage("the page at byte %d does not say how many values it has", at);
    }
    byte[] bytes = checked(header, at);
    try {
      if (header.kind() == PageHeader.DICTIONARY) {
        readDictionary(header, bytes);
        return 0;
      }
      if (content.values() > piece.values() - before) {
        throw ParquetException.damage(
            "the page at byte %d has %d values, %d more than its column",
            at, content.values(), content.values() - (piece.values() - before));
      }
      ByteBuffer page =
          header.kind() == PageHeader.DATA
              ? first(header, bytes, before)
              : second(header, bytes, before);
      Values.forEach(page, content.encoding(), content.values(), dictionary, sink);
    } catch (BufferUnderflowException e) {
      throw ParquetException.damage(e, "the page at byte %d ends before its last value", at);
    }
    return content.values();
  }

  private void readDictionary(PageHeader header, byte[] bytes) {
    if (dictionary != null) {
      throw ParquetException.damage("the column '%s' has two dictionaries", column.name());
    }
    ByteBuffer page = ByteBuffer.wrap(piece.codec().decompressed(bytes, header.bytes()));
    PageHeader.Content content = header.content();
    dictionary = Values.dictionary(page, content.encoding(), content.values());
  }

  private PageHeader header(long at, long end) throws IOException {
    long most = Math.min(end - at, ParquetFile.MAX_PAGE);
    for (long length = Math.min(most, SHORT_HEADER); ; length = Math.min(most, 16 * length)) {
      try {
        return PageHeader.read(ByteBuffer.wrap(file.bytes(at, (int) length)));
      } catch (BufferUnderflowException e) {
        if (length == most) {
          throw ParquetException.damage(e, "the page at byte %d has no whole header", at);
        }
      }
    }
  }

  private byte[] checked(PageHeader header, long at) throws IOException {
    byte[] bytes = file.bytes(at, header.compressed());
    if (header.checksum() != null) {
      CRC32 crc = new CRC32();
      crc.update(bytes);
      if ((int) crc.getValue() != header.checksum()) {
        throw ParquetException.damage("the page at byte %d has not the checksum that it says", at);
      }
    }
    return bytes;
  }

  /// The values of a page of the first version: all of it is compressed, and levels say their
  /// length.
  private ByteBuffer first(PageHeader header, byte[] bytes, long before) {
    ByteBuffer page = ByteBuffer.wrap(piece.codec().decompressed(bytes, header.bytes()));
    if (column.optional()) {
      if (header.content().levelEncoding() != RLE) {
        throw ParquetException.unread(
            "a page has definition levels of the encoding %d", header.content().levelEncoding());
      }
      int length = page.order(ByteOrder.LITTLE_ENDIAN).getInt();
      page = requireNoNulls(page, length, header.content().values(), before);
    }
    return page;
  }

  /// The values of a page of the second version: levels are not compressed, and stand before them.
  private ByteBuffer second(PageHeader header, byte[] bytes, long before) {
    PageHeader.Content content = header.content();
    ByteBuffer page = ByteBuffer.wrap(bytes);
    int levels = content.levels();
    if (content.repetitions() != 0
        || levels < 0
        || levels > Math.min(bytes.length, header.bytes())) {
      throw ParquetException.damage(
          "a page of %d bytes has %d of definition and %d of repetition levels",
          bytes.length, levels, content.repetitions());
    }
    if (column.optional()) {
      requireNoNulls(page, levels, content.values(), before);
    }
    byte[] rest = Arrays.copyOfRange(bytes, levels, bytes.length);
    Codec codec = content.isCompressed() ? piece.codec() : Codec.UNCOMPRESSED;
    int size = header.bytes() - levels;
    return ByteBuffer.wrap(size == 0 && rest.length == 0 ? rest : codec.decompressed(rest, size));
  }

  /// Levels are 0 for a row without a value, else 1.
  ///
  /// @return what comes after them
  private ByteBuffer requireNoNulls(ByteBuffer page, int length, int values, long before) {
    if (length < 0 || length > page.remaining()) {
      throw ParquetException.damage(
          "a page has %s bytes of definition levels where %d are left",
          Integer.toUnsignedString(length), page.remaining());
    }
    HybridRuns levels = new HybridRuns(page.slice(page.position(), length), 1);
    for (int i = 0; i < values; i++) {
      if (levels.next() == 0) {
        throw new MissingText(firstRow + before + i);
      }
    }
    return page.slice(page.position() + length, page.remaining() - length);
  }
}
