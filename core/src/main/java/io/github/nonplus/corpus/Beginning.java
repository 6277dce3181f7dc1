package io.github.nonplus.corpus;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.files.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// How a file begins, from which it is told what it is: names of files may say something else, and
/// standard input has none.
///
/// @param bytes the first of the file
/// @param whole whether they are all
record Beginning(byte[] bytes, boolean whole) {
  private static final int LENGTH = 1 << 16;

  private static final byte[] PARQUET = "PAR1".getBytes(StandardCharsets.US_ASCII);
  private static final String LFS_POINTER = "version https://git-lfs.github.com/spec/";
  private static final String BYTE_ORDER_MARK = "\ufeff";

  /// A way of packing files.
  ///
  /// @param begin bytes that only such files begin with, in hexadecimal digits
  /// @param unpacking the command that writes the file's content to standard output
  private record Packing(String name, String begin, String unpacking) {}

  private static final List<Packing> PACKINGS =
      List.of(
          new Packing("gzip", "1f8b", "gzip -dc"),
          new Packing("zstd", "28b52ffd", "zstd -dc"),
          new Packing("xz", "fd377a585a00", "xz -dc"),
          new Packing("bzip2", "425a68", "bzip2 -dc"),
          new Packing("lz4", "04224d18", "lz4 -dc"),
          new Packing("zip", "504b0304", "unzip -p"));

  static Beginning of(Path file) throws IOException {
    try (InputStream in = InputFile.stream(file)) {
      byte[] bytes = in.readNBytes(LENGTH);
      return new Beginning(bytes, in.read() < 0);
    }
  }

  /// Refuses what no reader of texts reads: files that are packed, and the pointers that stand for
  /// files in a clone of a repository.
  ///
  /// @param name of the file in messages
  void requireText(String name) {
    for (Packing packing : PACKINGS) {
      byte[] begin = HexFormat.of().parseHex(packing.begin);
      if (starts(begin) && !isPrintable()) {
        throw new CorpusException(
            "%s is packed with %s, expected a text; unpack it, or unpack it into standard input: %s FILE | nonplus … --input -"
                .formatted(name, packing.name, packing.unpacking));
      }
    }
    if (starts(LFS_POINTER.getBytes(StandardCharsets.US_ASCII)) && whole) {
      throw new CorpusException(
          name + " is a pointer of Git LFS, not the file itself; get that with git lfs pull");
    }
  }

  private boolean starts(byte[] with) {
    return bytes.length >= with.length
        && Arrays.equals(bytes, 0, with.length, with, 0, with.length);
  }

  /// Whether there is nothing but what a keyboard of ASCII writes.
  private boolean isPrintable() {
    for (byte b : bytes) {
      if (b < '\t' || b > '\r' && b < ' ') { // those above 0x7f are negative
        return false;
      }
    }
    return true;
  }

  boolean isParquet() {
    return starts(PARQUET) && !isPrintable();
  }

  JsonShape json() {
    String text = new String(bytes, StandardCharsets.UTF_8);
    return JsonShape.of(text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text, whole);
  }
}
