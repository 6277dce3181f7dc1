package io.github.nonplus.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// SHA-256 digests as 64 lower-case hexadecimal digits.
public final class Sha256 {
  private static final int BUFFER = 1 << 16;

  private Sha256() {}

  /// The digest of `bytes`.
  public static String of(byte[] bytes) {
    return hex(digest().digest(bytes));
  }

  /// The digest of a file's content, read in pieces of 64 KiB.
  public static String of(Path file) throws IOException {
    MessageDigest digest = digest();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    }
    return hex(digest.digest());
  }

  /// A digest to be fed piece by piece; [#hex] renders its result.
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// Lower-case hexadecimal digits of a finished digest.
  public static String hex(byte[] digest) {
    return HexFormat.of().formatHex(digest);
  }
}
