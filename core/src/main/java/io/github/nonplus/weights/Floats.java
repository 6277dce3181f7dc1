package io.github.nonplus.weights;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/// The value of one stored floating-point number, always exact in float32.
final class Floats {
  static final ValueLayout.OfShort HALF = JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfFloat SINGLE =
      JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  /// Elements that are copied at a time.
  private static final int BLOCK = 512;

  private Floats() {}

  /// Element `index` of `data`.
  static float get(ElementType type, MemorySegment data, long index) {
    return switch (type) {
      case FLOAT32 -> data.get(SINGLE, 4 * index);
      case FLOAT16 -> Float.float16ToFloat(data.get(HALF, 2 * index));
      case BFLOAT16 -> Float.intBitsToFloat(data.get(HALF, 2 * index) << 16);
    };
  }

  /// The index of the first element that is infinite or NaN, or -1. Such numbers are those whose
  /// exponent bits are all set, which is seen for all numbers of a 64-bit word at once.
  static long firstNonFinite(ElementType type, MemorySegment data) {
    long exponents =
        switch (type) {
          case FLOAT32 -> 0x7F80_0000_7F80_0000L;
          case FLOAT16 -> 0x7C00_7C00_7C00_7C00L;
          case BFLOAT16 -> 0x7F80_7F80_7F80_7F80L;
        };
    // One unit in the lowest exponent bit: adding it to a full exponent carries into the sign.
    long lowest = exponents & ~(exponents << 1);
    long signs =
        switch (type) {
          case FLOAT32 -> 0x8000_0000_8000_0000L;
          case FLOAT16, BFLOAT16 -> 0x8000_8000_8000_8000L;
        };
    long words = data.byteSize() / Long.BYTES;
    long word = 0;
    while (word < words && (((data.get(LONG, 8 * word) & exponents) + lowest) & signs) == 0) {
      word++;
    }
    long elements = data.byteSize() / type.bytes();
    for (long index = word * (Long.BYTES / type.bytes()); index < elements; index++) {
      if (!Float.isFinite(get(type, data, index))) {
        return index;
      }
    }
    return -1;
  }

  /// Copies `count` elements from index `from` on into `target[offset…]`.
  static void copy(
      ElementType type, MemorySegment data, long from, int count, float[] target, int offset) {
    switch (type) {
      case FLOAT32 -> MemorySegment.copy(data, SINGLE, 4 * from, target, offset, count);
      case FLOAT16, BFLOAT16 -> copyHalves(type, data, from, count, target, offset);
    }
  }

  /// By way of an array, so that the compiler makes vector operations of what is done to it.
  private static void copyHalves(
      ElementType type, MemorySegment data, long from, int count, float[] target, int offset) {
    short[] halves = new short[Math.min(count, BLOCK)];
    for (int done = 0; done < count; done += BLOCK) {
      int length = Math.min(BLOCK, count - done);
      MemorySegment.copy(data, HALF, 2 * (from + done), halves, 0, length);
      switch (type) {
        case FLOAT16 -> widenHalves(halves, length, target, offset + done);
        case BFLOAT16 -> widenUpperHalves(halves, length, target, offset + done);
        case FLOAT32 -> throw new IllegalArgumentException(type + " has no 16 bits");
      }
    }
  }

  private static void widenHalves(short[] halves, int count, float[] target, int offset) {
    for (int i = 0; i < count; i++) {
      target[offset + i] = Float.float16ToFloat(halves[i]);
    }
  }

  /// A bfloat16 is the upper half of a float32.
  private static void widenUpperHalves(short[] halves, int count, float[] target, int offset) {
    for (int i = 0; i < count; i++) {
      target[offset + i] = Float.intBitsToFloat(halves[i] << 16);
    }
  }
}
