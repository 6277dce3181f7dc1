package io.github.nonplus.files;

import java.lang.foreign.MemorySegment;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A running hash of bytes, as lower-case hexadecimal digits in the end.
public final class Digest {
  private static final long PIECE = 1L << 24;

  private final MessageDigest digest;

  private Digest(String algorithm) {
    try {
      digest = MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException(absent);
    }
  }

  /// SHA-256: what names an input in a report.
  public static Digest sha256() {
    return new Digest("SHA-256");
  }

  /// MD5: what MLC's index says of each shard. Detects damage, not malice.
  public static Digest md5() {
    return new Digest("MD5");
  }

  /// Goes on with all of `bytes`, however long.
  public Digest add(MemorySegment bytes) {
    for (long at = 0; at < bytes.byteSize(); at += PIECE) {
      long length = Math.min(PIECE, bytes.byteSize() - at);
      digest.update(bytes.asSlice(at, length).asByteBuffer());
    }
    return this;
  }

  /// Goes on with `bytes`.
  public Digest add(byte[] bytes) {
    digest.update(bytes);
    return this;
  }

  /// Goes on with the first `count` of `bytes`.
  public Digest add(byte[] bytes, int count) {
    digest.update(bytes, 0, count);
    return this;
  }

  /// The digits; the hash starts anew afterwards.
  public String hex() {
    return HexFormat.of().formatHex(digest.digest());
  }
}
