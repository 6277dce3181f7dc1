package io.github.nonplus.weights;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// A named, dense, row-major tensor whose bytes lie in a mapped file: `shape` in elements, last
/// dimension fastest. `data` is exactly as long as shape and type say, and lives as long as the
/// source that was asked for it.
public record Tensor(String name, ElementType type, List<Long> shape, MemorySegment data) {
  private static final int PIECE = 1 << 14;

  public Tensor {
    shape = List.copyOf(shape);
    long count = elementCount(shape);
    if (Math.multiplyExact(count, (long) type.bytes()) != data.byteSize()) {
      throw new IllegalArgumentException(
          name + ": " + count + " elements of " + type + " in " + data.byteSize() + " bytes");
    }
  }

  /// The same under another name.
  public Tensor named(String other) {
    return other.equals(name) ? this : new Tensor(other, type, shape, data);
  }

  /// Number of elements.
  public long elements() {
    return elementCount(shape);
  }

  /// Copies `count` elements from index `from` on into `target[offset…]`, exactly.
  public void read(long from, int count, float[] target, int offset) {
    Floats.copy(type, data, from, count, target, offset);
  }

  /// Whether both have the same shape and, whatever their types, the same numbers.
  public boolean equalsInValue(Tensor other) {
    if (!shape.equals(other.shape)) {
      return false;
    }
    if (type == other.type) {
      return data.mismatch(other.data) < 0;
    }
    float[] values = new float[(int) Math.min(PIECE, elements())];
    float[] others = new float[values.length];
    for (long from = 0; from < elements(); from += values.length) {
      int count = (int) Math.min(values.length, elements() - from);
      read(from, count, values, 0);
      other.read(from, count, others, 0);
      if (!Arrays.equals(values, 0, count, others, 0, count)) {
        return false;
      }
    }
    return true;
  }

  /// The index of the first element whose magnitude is not below `limit`, or that is NaN; -1 if
  /// there is none. Reads everything once.
  public long firstNotBelow(float limit) {
    float[] values = new float[(int) Math.min(PIECE, elements())];
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
