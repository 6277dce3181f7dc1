package io.github.nonplus.weights;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/// A matrix stored number by number, row-major: `data` is `rows * columns` elements of `type`.
public record DenseMatrix(ElementType type, int rows, int columns, MemorySegment data)
    implements Matrix {
  public DenseMatrix {
    if (data.byteSize() != (long) rows * columns * type.bytes()) {
      throw new IllegalArgumentException(
          "%d bytes for %d x %d %s".formatted(data.byteSize(), rows, columns, type));
    }
  }

  @Override
  public MatrixForm form() {
    return new MatrixForm.Dense(type);
  }

  @Override
  public long bytes() {
    return data.byteSize();
  }

  @Override
  public DenseMatrix slice(int from, int to) {
    Objects.checkFromToIndex(from, to, rows);
    long row = (long) columns * type.bytes();
    return new DenseMatrix(type, to - from, columns, data.asSlice(from * row, (to - from) * row));
  }

  @Override
  public long firstNonFinite() {
    return Floats.firstNonFinite(type, data);
  }

  /// Copies `count` weights of a row from input `column` on as they are stored, in 16 bits each.
  public void halves(int row, int column, int count, short[] target) {
    Objects.checkIndex(row, rows);
    Objects.checkFromIndexSize(column, count, columns);
    if (type.bytes() != Short.BYTES) {
      throw new IllegalArgumentException(type + " has no 16 bits");
    }
    long at = Short.BYTES * ((long) row * columns + column);
    MemorySegment.copy(data, Floats.HALF, at, target, 0, count);
  }

  /// Writes `count` weights of a row from input `column` on as float32.
  public void decode(int row, int column, int count, float[] target, int offset) {
    Objects.checkIndex(row, rows);
    Objects.checkFromIndexSize(column, count, columns);
    Floats.copy(type, data, (long) row * columns + column, count, target, offset);
  }

  @Override
  public void decode(int from, int to, float[] target, int offset) {
    Objects.checkFromToIndex(from, to, rows);
    for (int row = from; row < to; row++) {
      int at = offset + (row - from) * columns;
      Floats.copy(type, data, (long) row * columns, columns, target, at);
    }
  }
}
