package io.github.nonplus.weights;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntUnaryOperator;

/// Which row of something stored each row of a matrix is: row n is row `rows[n]` there. Rows may be
/// left out, and may be there twice.
public final class RowOrder {
  private final int[] rows;

  private RowOrder(int[] rows) {
    this.rows = rows;
  }

  /// Row n is row `rows[n]`.
  public static RowOrder of(int... rows) {
    for (int row : rows) {
      if (row < 0) {
        throw new IllegalArgumentException("row " + row);
      }
    }
    return new RowOrder(rows.clone());
  }

  /// Row n of `count` is row `row(n)`.
  public static RowOrder of(int count, IntUnaryOperator row) {
    int[] rows = new int[count];
    Arrays.setAll(rows, row);
    return of(rows);
  }

  /// How many rows the matrix has.
  public int count() {
    return rows.length;
  }

  /// Where row `row` of the matrix is stored.
  public int row(int row) {
    return rows[row];
  }

  /// One more than the last stored row that is used.
  public int end() {
    return Arrays.stream(rows).max().orElse(-1) + 1;
  }

  /// Rows `from` to `to` of the matrix alone.
  public RowOrder slice(int from, int to) {
    Objects.checkFromToIndex(from, to, rows.length);
    return new RowOrder(Arrays.copyOfRange(rows, from, to));
  }

  /// Where `order`, of a matrix in this order, finds its rows.
  public RowOrder then(RowOrder order) {
    return of(order.count(), row -> rows[order.row(row)]);
  }

  /// A copy: where each row is stored.
  public int[] rows() {
    return rows.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowOrder order && Arrays.equals(rows, order.rows);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(rows);
  }

  @Override
  public String toString() {
    return "order of " + rows.length + " rows";
  }
}
