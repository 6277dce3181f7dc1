package io.github.nonplus.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/// SHA-256 of something whole, as 64 lower-case hexadecimal digits. [Digest] takes pieces.
public final class Sha256 {
  private static final int BUFFER = 1 << 16;

  private Sha256() {}

  /// The digest of `bytes`.
  public static String of(byte[] bytes) {
    return Digest.sha256().add(bytes).hex();
  }

  /// The digest of a file's content, read in pieces of 64 KiB.
  public static String of(Path file) throws IOException {
    try (InputStream in = InputFile.stream(file)) {
      return of(in);
    }
  }

  /// The digest of all that comes.
  public static String of(InputStream in) throws IOException {
    Digest digest = Digest.sha256();
    byte[] buffer = new byte[BUFFER];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.add(buffer, n);
    }
    return digest.hex();
  }

  /// What takes the digest of a file: of all its bytes, as [#of], or of those that count.
  @FunctionalInterface
  public interface OfFile {
    String of(Path file) throws IOException;
  }
}
