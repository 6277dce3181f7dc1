package io.github.nonplus.corpus.parquet;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/// A block of LZ4, without the frame that files of `lz4` have: sequences of bytes taken as they are
/// and then a stretch repeated from up to 65,535 bytes before, of which the last has no stretch.
///
/// ```
/// lengths (4 bits each) | more of the first | bytes | distance (2 bytes) | more of the second
/// ```
final class Lz4Block {
  /// A byte of a length that goes on; and so what one byte can stand for at most.
  private static final int FULL = 255;

  /// A length of 4 bits that goes on in bytes, of which the last is not 255.
  private static final int GOES_ON = 15;

  private static final int SHORTEST_REPEAT = 4;

  private Lz4Block() {}

  /// @param size of what comes out
  static byte[] decompressed(byte[] compressed, int size) {
    if (size > (long) FULL * compressed.length) {
      throw ParquetException.damage(
          "a page of %d bytes by its header has %d with LZ4_RAW", size, compressed.length);
    }
    ByteBuffer in = ByteBuffer.wrap(compressed).order(ByteOrder.LITTLE_ENDIAN);
    byte[] out = new byte[size];
    int end = 0;
    try {
      while (in.hasRemaining()) {
        int lengths = in.get() & 0xff;
        int literals = room(length(in, lengths >>> 4), out, end);
        in.get(out, end, literals);
        end += literals;
        if (in.hasRemaining()) {
          int distance = in.getShort() & 0xffff;
          int repeated = room(length(in, lengths & GOES_ON) + SHORTEST_REPEAT, out, end);
          if (distance == 0 || distance > end) {
            throw ParquetException.damage("a page repeats what is %d bytes before it", distance);
          }
          for (int i = 0; i < repeated; i++, end++) { // one by one: it may repeat itself
            out[end] = out[end - distance];
          }
        }
      }
    } catch (BufferUnderflowException e) {
      throw ParquetException.damage(e, "a page ends in the middle of a sequence of LZ4");
    }
    if (end != size) {
      throw ParquetException.damage(
          "a page of %d bytes by its header decompresses to %d", size, end);
    }
    return out;
  }

  private static long length(ByteBuffer in, int begin) {
    long length = begin;
    for (int more = begin == GOES_ON ? FULL : 0; more == FULL; ) {
      more = in.get() & 0xff;
      length += more;
    }
    return length;
  }

  /// `length`, for which there must be room.
  private static int room(long length, byte[] out, int end) {
    if (length > out.length - end) {
      throw ParquetException.damage(
          "a page of %d bytes by its header decompresses to more", out.length);
    }
    return (int) length;
  }
}
