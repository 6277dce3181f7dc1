package io.github.nonplus.divergence;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A small file of log-probabilities, made wrong in one place: chunks of 5 tokens, so 2 rows each,
/// and a vocabulary of 7, which is odd.
final class KldBytes {
  static final int CHUNK = 5;
  static final int VOCABULARY = 7;
  static final int CHUNKS = 2;

  /// Bytes before the ids, and before the first row.
  static final int IDS = 20;

  static final int ROWS = IDS + 4 * CHUNK * CHUNKS;
  static final int ROW = 8 + 2 * (VOCABULARY + 1);

  private final ByteBuffer bytes =
      ByteBuffer.allocate(ROWS + 2 * CHUNKS * ROW).order(ByteOrder.LITTLE_ENDIAN);

  private KldBytes() {
    bytes.put("_logits_".getBytes(StandardCharsets.US_ASCII));
    bytes.putInt(CHUNK).putInt(VOCABULARY).putInt(CHUNKS);
    for (int i = 0; i < CHUNK * CHUNKS; i++) {
      bytes.putInt(i % VOCABULARY);
    }
    for (int row = 0; row < 2 * CHUNKS; row++) {
      bytes.putFloat(0.0001f).putFloat(-8f);
      for (int code = 0; code < VOCABULARY + 1; code++) {
        bytes.putShort((short) (60_000 + 1000 * row + code));
      }
    }
  }

  static KldBytes right() {
    return new KldBytes();
  }

  KldBytes withInt(int at, int value) {
    bytes.putInt(at, value);
    return this;
  }

  KldBytes withFloat(int at, float value) {
    bytes.putFloat(at, value);
    return this;
  }

  Path write(Path directory) {
    return write(directory, bytes.capacity());
  }

  /// The first bytes, or more than there are.
  Path write(Path directory, int length) {
    try {
      return Files.write(
          directory.resolve("base.kld"), java.util.Arrays.copyOf(bytes.array(), length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
