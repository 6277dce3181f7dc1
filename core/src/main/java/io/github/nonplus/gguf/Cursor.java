package io.github.nonplus.gguf;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import io.github.nonplus.failure.WeightsException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// Reads the header of a file from its begin to its end; nothing is taken that is not there.
final class Cursor {
  private static final ValueLayout.OfInt INT =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private final Path path;
  private final MemorySegment bytes;
  private long at;

  Cursor(Path path, MemorySegment bytes) {
    this.path = path;
    this.bytes = bytes;
  }

  long at() {
    return at;
  }

  long remaining() {
    return bytes.byteSize() - at;
  }

  int word(String what) {
    return bytes.get(INT, advance(Integer.BYTES, what));
  }

  long longWord(String what) {
    return bytes.get(LONG, advance(Long.BYTES, what));
  }

  /// A count of things of which each has at least `least` bytes.
  long count(String what, int least) {
    long count = longWord(what);
    if (count < 0 || count > remaining() / least) {
      throw failure(
          "%s is %s, but only %d bytes follow"
              .formatted(what, Long.toUnsignedString(count), remaining()));
    }
    return count;
  }

  /// Passes so many bytes.
  MemorySegment skip(long count, String what) {
    return bytes.asSlice(advance(count, what), count);
  }

  /// A short text in UTF-8.
  String name(String what, int longest) {
    long length = count("the length of " + what, 1);
    if (length > longest) {
      throw failure("%s has %d bytes, expected at most %d".formatted(what, length, longest));
    }
    byte[] text = skip(length, what).toArray(JAVA_BYTE);
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
    } catch (CharacterCodingException e) {
      throw failure(what + " is not UTF-8");
    }
  }

  private long advance(long count, String what) {
    if (count > remaining()) {
      throw failure("it ends within %s, at byte %d".formatted(what, bytes.byteSize()));
    }
    long from = at;
    at += count;
    return from;
  }

  WeightsException failure(String what) {
    return new WeightsException(
        "%s: %s; the file is truncated or damaged, get it again".formatted(path, what));
  }
}
