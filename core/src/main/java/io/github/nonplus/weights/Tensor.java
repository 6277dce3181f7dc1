package io.github.nonplus.weights;

import java.lang.foreign.MemorySegment;
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

  /// Number of elements of a shape; 1 for a scalar. Throws `ArithmeticException` on overflow.
  public static long elementCount(List<Long> shape) {
    long count = 1;
    for (long dimension : shape) {
      count = Math.multiplyExact(count, dimension);
    }
    return count;
  }
}
