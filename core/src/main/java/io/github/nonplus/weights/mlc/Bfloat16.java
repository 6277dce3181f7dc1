package io.github.nonplus.weights.mlc;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The encoding `f32-to-bf16`: the upper half of a float32, rounded to nearest, ties to even. What
/// rounding would make infinite is cut off instead, and so are infinities and NaN.
final class Bfloat16 {
  /// The largest finite bfloat16.
  private static final float LARGEST = Float.intBitsToFloat(0x7F7F_0000);

  private static final ValueLayout.OfFloat SINGLE =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort UPPER_HALF =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Bfloat16() {}

  /// The stored bits of one value.
  static short encode(float value) {
    int bits = Float.floatToRawIntBits(value);
    if (Math.abs(value) < LARGEST) {
      bits += 0x7FFF + (bits >>> 16 & 1);
    }
    return (short) (bits >>> 16);
  }

  /// All values of `singles`, encoded in memory of `arena`.
  static MemorySegment encode(MemorySegment singles, Arena arena) {
    long count = singles.byteSize() / Float.BYTES;
    MemorySegment encoded = arena.allocate(2 * count);
    for (long i = 0; i < count; i++) {
      encoded.set(UPPER_HALF, 2 * i, encode(singles.get(SINGLE, 4 * i)));
    }
    return encoded;
  }
}
