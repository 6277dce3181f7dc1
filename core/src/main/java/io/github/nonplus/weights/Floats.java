package io.github.nonplus.weights;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/// The value of one stored floating-point number, always exact in float32.
final class Floats {
  private static final java.lang.foreign.ValueLayout.OfShort HALF =
      JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final java.lang.foreign.ValueLayout.OfFloat SINGLE =
      JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private Floats() {}

  /// Element `index` of `data`.
  static float get(ElementType type, MemorySegment data, long index) {
    return switch (type) {
      case FLOAT32 -> data.get(SINGLE, 4 * index);
      case FLOAT16 -> Float.float16ToFloat(data.get(HALF, 2 * index));
      case BFLOAT16 -> Float.intBitsToFloat(data.get(HALF, 2 * index) << 16);
      case UINT32 -> throw new IllegalArgumentException("uint32 is not a floating-point type");
    };
  }

  /// Copies `count` elements from index `from` on into `target[offset…]`.
  static void copy(
      ElementType type, MemorySegment data, long from, int count, float[] target, int offset) {
    switch (type) {
      case FLOAT32 -> MemorySegment.copy(data, SINGLE, 4 * from, target, offset, count);
      case FLOAT16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = Float.float16ToFloat(data.get(HALF, 2 * (from + i)));
        }
      }
      case BFLOAT16 -> {
        for (int i = 0; i < count; i++) {
          target[offset + i] = Float.intBitsToFloat(data.get(HALF, 2 * (from + i)) << 16);
        }
      }
      case UINT32 -> throw new IllegalArgumentException("uint32 is not a floating-point type");
    }
  }
}
