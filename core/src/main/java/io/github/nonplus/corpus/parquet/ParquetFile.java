package io.github.nonplus.corpus.parquet;

import io.github.nonplus.files.InputFile;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A Parquet file whose footer has been read.
///
/// ```
/// PAR1 | pages | footer | length of the footer | PAR1
/// ```
public final class ParquetFile implements AutoCloseable {
  /// The largest page that is read: writers make pages of about a megabyte.
  static final int MAX_PAGE = 256 << 20;

  /// The largest footer that is read: a hundred columns in a thousand groups take about ten.
  private static final int MAX_FOOTER = 64 << 20;

  static final byte[] MAGIC = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final String ENCRYPTED = "PARE";

  /// Length and magic at the end.
  private static final int TAIL = 8;

  private final FileChannel channel;
  private final Footer footer;
  private final long end;

  private ParquetFile(FileChannel channel, Footer footer, long end) {
    this.channel = channel;
    this.footer = footer;
    this.end = end;
  }

  /// Opens a file.
  ///
  /// @throws IOException if the system cannot read it
  /// @throws ParquetException if it is no Parquet file
  public static ParquetFile open(Path path) throws IOException {
    FileChannel channel = InputFile.channel(path);
    try {
      long size = channel.size();
      if (size < MAGIC.length + TAIL) {
        throw ParquetException.damage("it has only %d bytes", size);
      }
      ByteBuffer tail = ByteBuffer.wrap(bytes(channel, size - TAIL, TAIL));
      long length = tail.order(ByteOrder.LITTLE_ENDIAN).getInt() & 0xffff_ffffL;
      String magic = StandardCharsets.ISO_8859_1.decode(tail).toString();
      if (magic.equals(ENCRYPTED)) {
        throw ParquetException.unread("it is encrypted");
      }
      if (!magic.equals(new String(MAGIC, StandardCharsets.US_ASCII))) {
        throw ParquetException.damage("it does not end in PAR1");
      }
      long begin = size - TAIL - length;
      if (begin < MAGIC.length || length > MAX_FOOTER) {
        throw ParquetException.damage(
            "its footer should have %d bytes of a file of %d, and %d are read at most",
            length, size, MAX_FOOTER);
      }
      Footer footer = Footer.parse(ByteBuffer.wrap(bytes(channel, begin, (int) length)));
      return new ParquetFile(channel, footer, begin);
    } catch (IOException | RuntimeException e) {
      try (channel) {
        throw e;
      }
    }
  }

  /// The names of the columns.
  public List<String> columns() {
    return footer.columns();
  }

  /// Hands out the texts of a column, row by row.
  ///
  /// @return how many, or nothing if there is no such column
  /// @throws MissingText at the first row without a text
  /// @throws ParquetException if the file is damaged, or the column holds no texts
  public Optional<Long> forEach(String name, Consumer<String> sink) throws IOException {
    Optional<TextColumn> column = footer.column(name, end);
    if (column.isEmpty()) {
      return Optional.empty();
    }
    long row = 1;
    for (TextColumn.Piece piece : column.get().pieces()) {
      new Pages(this, column.get(), piece, row).forEach(sink);
      row += piece.values();
    }
    return Optional.of(row - 1);
  }

  byte[] bytes(long at, int length) throws IOException {
    return bytes(channel, at, length);
  }

  private static byte[] bytes(FileChannel channel, long at, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, at + bytes.position()) < 0) {
        throw new EOFException("the file became shorter while it was read");
      }
    }
    return bytes.array();
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
