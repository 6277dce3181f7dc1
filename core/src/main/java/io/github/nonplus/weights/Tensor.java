package io.github.nonplus.weights;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/// A named, dense, row-major tensor whose bytes lie in a mapped file: `shape` in elements, last
/// dimension fastest. `data` is exactly as long as shape and type say, and lives as long as the
/// source that was asked for it.
public record Tensor(String name, ElementType type, List<Long> shape, MemorySegment data) {
  public Tensor {
    shape = List.copyOf(shape);
    long count = elementCount(shape);
    if (Math.multiplyExact(count, (long) type.bytes()) != data.byteSize()) {
      throw new IllegalArgumentException(
          name + ": " + count + " elements of " + type + " in " + data.byteSize() + " bytes");
    }
  }

  /// Number of elements.
  public long elements() {
    return elementCount(shape);
  }

  /// Copies `count` elements from index `from` on into `target[offset…]`, exactly.
  public void read(long from, int count, float[] target, int offset) {
    Floats.copy(type, data, from, count, target, offset);
  }

  /// The index of the first element whose magnitude is not below `limit`, or that is NaN; -1 if
  /// there is none. Reads everything once.
  public long firstNotBelow(float limit) {
    float[] values = new float[(int) Math.min(1 << 14, elements())];
    for (long from = 0; from < elements(); from += values.length) {
      int count = (int) Math.min(values.length, elements() - from);
      read(from, count, values, 0);
      for (int i = 0; i < count; i++) {
        if (!(Math.abs(values[i]) < limit)) {
          return from + i;
        }
      }
    }
    return -1;
  }

  /// Where the element `index` stands, one number for each dimension: `[3, 17]`.
  public String place(long index) {
    List<Long> place = new ArrayList<>();
    long rest = index;
    for (long dimension : shape.reversed()) {
      place.addFirst(rest % dimension);
      rest /= dimension;
    }
    return place.toString();
  }

  /// Number of elements of a shape; 1 for a scalar. Throws `ArithmeticException` on overflow.
  public static long elementCount(List<Long> shape) {
    long count = 1;
    for (long dimension : shape) {
      count = Math.multiplyExact(count, dimension);
    }
    return count;
  }
}
