package io.github.nonplus.weights;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Objects;

/// A weight matrix as a computation reads it: `rows` outputs by `columns` inputs of what is stored,
/// which is neither copied nor changed.
///
/// @param order which stored row each row is; if `transposed`, which stored column
/// @param firstColumn the stored column of the first input; if `transposed`, the stored row
public record Matrix(
    Format format,
    Planes planes,
    boolean transposed,
    RowOrder order,
    int firstColumn,
    int columns) {
  /// Rows that are decoded at once where everything is looked at.
  private static final int BLOCK = 32;

  public Matrix {
    List<Long> expected = format.planeBytes(planes.rows(), planes.columns());
    List<Long> found = planes.data().stream().map(MemorySegment::byteSize).toList();
    if (!found.equals(expected)) {
      throw new IllegalArgumentException(
          "planes of %s bytes for %d x %d %s, expected %s"
              .formatted(found, planes.rows(), planes.columns(), format.name(), expected));
    }
    Objects.checkFromToIndex(0, order.end(), transposed ? planes.columns() : planes.rows());
    Objects.checkFromIndexSize(firstColumn, columns, transposed ? planes.rows() : planes.columns());
    if (!transposed && columns != planes.columns()) {
      throw new IllegalArgumentException("%d of %d columns".formatted(columns, planes.columns()));
    }
  }

  /// A whole stored matrix.
  public static Matrix of(Format format, int rows, int columns, List<MemorySegment> planes) {
    return new Matrix(
        format, new Planes(rows, columns, planes), false, RowOrder.range(0, rows), 0, columns);
  }

  /// Outputs.
  public int rows() {
    return order.count();
  }

  /// How it is stored and read.
  public MatrixForm form() {
    return new MatrixForm(format, !order.isRange(), transposed);
  }

  /// Bytes of storage of its rows.
  public long bytes() {
    int others = transposed ? planes.columns() : planes.rows();
    return planes.bytes() / others * rows();
  }

  /// The rows `from` (inclusive) to `to` (exclusive).
  public Matrix slice(int from, int to) {
    return new Matrix(format, planes, transposed, order.slice(from, to), firstColumn, columns);
  }

  /// Rows in another order.
  public Matrix gather(RowOrder rows) {
    return new Matrix(format, planes, transposed, order.then(rows), firstColumn, columns);
  }

  /// Columns as rows. Rows must be in the order in which they are stored, and those of a transposed
  /// matrix all of them.
  public Matrix transpose() {
    if (!order.isRange()) {
      throw new IllegalArgumentException("rows are gathered before they are transposed");
    }
    return new Matrix(
        format, planes, !transposed, RowOrder.range(firstColumn, columns), order.first(), rows());
  }

  /// The index, counted row by row, of a weight whose stored bits are not a finite number (for a
  /// group, of its first weight), or -1. Reads everything once.
  public long firstNonFinite() {
    if (transposed) {
      return firstNonFiniteDecoded();
    }
    for (int row = 0; row < rows(); row++) {
      int column = format.firstNonFinite(planes, order.row(row));
      if (column >= 0) {
        return (long) row * columns + column;
      }
    }
    return -1;
  }

  private long firstNonFiniteDecoded() {
    float[] values = new float[Math.multiplyExact(BLOCK, columns)];
    for (int row = 0; row < rows(); row += BLOCK) {
      int end = Math.min(rows(), row + BLOCK);
      decode(row, end, values, 0);
      for (int i = 0; i < (end - row) * columns; i++) {
        if (!Float.isFinite(values[i])) {
          return (long) row * columns + i;
        }
      }
    }
    return -1;
  }

  /// Writes rows `from` to `to` as float32, row-major, `columns` apart, from index `offset` on.
  /// Exact: every storable value is a float32.
  public void decode(int from, int to, float[] target, int offset) {
    decode(from, to, 0, columns, target, offset, columns);
  }

  /// Writes inputs `column` to `column + count` of rows `from` to `to` as float32: weight k of the
  /// n-th of them at offset + n · pitch + k.
  public void decode(
      int from, int to, int column, int count, float[] target, int offset, int pitch) {
    Objects.checkFromToIndex(from, to, rows());
    Objects.checkFromIndexSize(column, count, columns);
    if (transposed) {
      decodeTransposed(from, to, column, count, target, offset, pitch);
      return;
    }
    if (order.isRange()) {
      int row = order.row(from);
      format.decode(planes, row, to - from, firstColumn + column, count, target, offset, pitch);
      return;
    }
    for (int n = 0; n < to - from; n++) {
      int row = order.row(from + n);
      format.decode(planes, row, firstColumn + column, count, target, offset + n * pitch);
    }
  }

  /// A stored row has one input of each output, side by side if they are not gathered.
  private void decodeTransposed(
      int from, int to, int column, int count, float[] target, int offset, int pitch) {
    float[] stored = new float[to - from];
    for (int k = 0; k < count; k++) {
      int row = firstColumn + column + k;
      if (order.isRange()) {
        format.decode(planes, row, order.row(from), stored.length, stored, 0);
      } else {
        for (int n = 0; n < stored.length; n++) {
          format.decode(planes, row, order.row(from + n), 1, stored, n);
        }
      }
      for (int n = 0; n < stored.length; n++) {
        target[offset + n * pitch + k] = stored[n];
      }
    }
  }
}
