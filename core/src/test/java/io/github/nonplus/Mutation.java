package io.github.nonplus;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;

/// What a stranger, or a bad disk, may make of a file: a few random changes to its bytes, the same
/// ones for the same seed.
public final class Mutation {
  /// Numbers that lengths, counts and offsets do not expect, and structure where there was none.
  private static final String[] TEXTS = {
    "-1",
    "0",
    "2147483647",
    "4294967296",
    "9223372036854775807",
    "1e999",
    "NaN",
    "null",
    "{}",
    "[[[[[[[[",
    "\"",
    "\\",
    "\n",
    "\r\n",
    "\0",
    "\u00ff",
    "{\"a\":",
    "]",
    "}",
    ",",
    " ",
    "\ufeff"
  };

  private final Random random;

  public Mutation(long seed) {
    this.random = new Random(seed);
  }

  /// Changed content, of about the same length.
  ///
  /// @param reach how many bytes from the begin on are changed, such as those of a header
  public byte[] of(byte[] content, int reach) {
    byte[] bytes = content;
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      bytes = once(bytes, Math.min(reach, bytes.length));
    }
    return bytes;
  }

  private byte[] once(byte[] bytes, int reach) {
    int at = random.nextInt(reach + 1);
    int length = Math.min(random.nextInt(1 + random.nextInt(64)), bytes.length - at);
    return switch (random.nextInt(7)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 ->
          replaced(bytes, at, Math.min(1, bytes.length - at), new byte[] {(byte) random.nextInt()});
      case 2 -> replaced(bytes, at, length, new byte[0]);
      case 3 -> replaced(bytes, at, 0, Arrays.copyOfRange(bytes, at, at + length));
      case 4 -> replaced(bytes, at, length, noise(length));
      case 5 -> replaced(bytes, at, digits(bytes, at), text());
      default -> replaced(bytes, at, random.nextInt(2), text());
    };
  }

  private byte[] text() {
    return TEXTS[random.nextInt(TEXTS.length)].getBytes(StandardCharsets.UTF_8);
  }

  private byte[] noise(int length) {
    byte[] noise = new byte[length];
    random.nextBytes(noise);
    return noise;
  }

  /// How many digits are there.
  private static int digits(byte[] bytes, int at) {
    int end = at;
    while (end < bytes.length && bytes[end] >= '0' && bytes[end] <= '9') {
      end++;
    }
    return end - at;
  }

  private static byte[] replaced(byte[] bytes, int at, int length, byte[] by) {
    int until = Math.min(at + length, bytes.length);
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + by.length);
    out.write(bytes, 0, at);
    out.writeBytes(by);
    out.write(bytes, until, bytes.length - until);
    return out.toByteArray();
  }
}
