package io.github.nonplus.weights;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/// The bytes of a whole stored matrix: one segment for each kind of thing that its format stores
/// apart, such as codes and scales. Little-endian.
///
/// @param rows stored, and of `columns` weights each
public record Planes(int rows, int columns, List<MemorySegment> data) {
  private static final ValueLayout.OfInt WORD =
      JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public Planes {
    data = List.copyOf(data);
  }

  /// All bytes.
  public long bytes() {
    return data.stream().mapToLong(MemorySegment::byteSize).sum();
  }

  /// The byte at `at` of a plane, 0 to 255.
  public int unsigned(int plane, long at) {
    return data.get(plane).get(JAVA_BYTE, at) & 0xFF;
  }

  /// The byte at `at` of a plane, -128 to 127.
  public int signed(int plane, long at) {
    return data.get(plane).get(JAVA_BYTE, at);
  }

  /// The 16-bit number at byte `at`, 0 to 65535.
  public int half(int plane, long at) {
    return data.get(plane).get(Floats.HALF, at) & 0xFFFF;
  }

  /// The float16 number at byte `at`.
  public float float16(int plane, long at) {
    return Float.float16ToFloat(data.get(plane).get(Floats.HALF, at));
  }

  /// The 32-bit number at byte `at`.
  public int word(int plane, long at) {
    return data.get(plane).get(WORD, at);
  }

  /// The 64-bit number at byte `at`.
  public long doubleWord(int plane, long at) {
    return data.get(plane).get(LONG, at);
  }

  /// Number `index` of a plane of numbers of that type.
  public float number(int plane, ElementType type, long index) {
    return Floats.get(type, data.get(plane), index);
  }

  /// Writes numbers `index` to `index + count` of such a plane to `target[offset…]`.
  public void numbers(
      int plane, ElementType type, long index, int count, float[] target, int offset) {
    Floats.copy(type, data.get(plane), index, count, target, offset);
  }

  /// Writes the 16-bit numbers `index` to `index + count` of a plane to `target[offset…]`.
  public void halves(int plane, long index, int count, short[] target, int offset) {
    MemorySegment.copy(data.get(plane), Floats.HALF, Short.BYTES * index, target, offset, count);
  }

  /// Writes the 32-bit numbers `index` to `index + count` of a plane to `target[offset…]`.
  public void words(int plane, long index, int count, int[] target, int offset) {
    MemorySegment.copy(data.get(plane), WORD, Integer.BYTES * index, target, offset, count);
  }
}
