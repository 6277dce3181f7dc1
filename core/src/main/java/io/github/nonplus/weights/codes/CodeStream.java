package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.Planes;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Codes of at most eight bits one behind the other, the lowest bits of the lowest byte first.
/// Words that are little-endian are such bytes, so a code may cross from one word to the next.
final class CodeStream {
  private static final VarHandle WORD =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private final int bits;
  private final int mask;
  private final byte[] data;
  private final int firstBit;

  private CodeStream(int bits, byte[] data, int firstBit) {
    this.bits = bits;
    this.mask = (1 << bits) - 1;
    this.data = data;
    this.firstBit = firstBit;
  }

  /// Codes `index` to `index + count` of a stream that begins at byte `at` of a plane.
  static CodeStream of(Planes planes, int plane, long at, int bits, long index, int count) {
    long first = bits * index;
    long begin = first / 8;
    int bytes = Math.toIntExact(Math.ceilDiv(first + (long) bits * count, 8L) - begin);
    byte[] data = new byte[bytes + Integer.BYTES];
    MemorySegment.copy(planes.data().get(plane), ValueLayout.JAVA_BYTE, at + begin, data, 0, bytes);
    return new CodeStream(bits, data, (int) (first % 8));
  }

  /// Code `i` of them.
  int get(int i) {
    int bit = firstBit + bits * i;
    return (int) WORD.get(data, bit >>> 3) >>> (bit & 7) & mask;
  }

  /// Writes the numbers of codes `from` to `from + count` to `target[offset…]`.
  void values(float[] numbers, int from, int count, float[] target, int offset) {
    int bit = firstBit + bits * from;
    if (bits == 8 && bit % 8 == 0) {
      for (int i = 0, at = bit / 8; i < count; i++) {
        target[offset + i] = numbers[data[at + i] & 0xFF];
      }
    } else if (bits == 4 && bit % 8 == 0) {
      nibbles(numbers, bit / 8, count, target, offset);
    } else {
      for (int i = 0; i < count; i++) {
        target[offset + i] = numbers[get(from + i)];
      }
    }
  }

  private void nibbles(float[] numbers, int at, int count, float[] target, int offset) {
    for (int i = 0; i < count / 2; i++) {
      int both = data[at + i];
      target[offset + 2 * i] = numbers[both & 15];
      target[offset + 2 * i + 1] = numbers[both >> 4 & 15];
    }
    if (count % 2 != 0) {
      target[offset + count - 1] = numbers[data[at + count / 2] & 15];
    }
  }
}
