package io.github.nonplus.weights;

import java.util.Arrays;
import java.util.Objects;
import java.util.function.IntUnaryOperator;

/// Which row of something stored each row of a matrix is. Rows may be left out, and may be there
/// twice.
public final class RowOrder {
  private final int first;
  private final int count;

  /// Null for a range.
  private final int[] rows;

  private RowOrder(int first, int count, int[] rows) {
    this.first = first;
    this.count = count;
    this.rows = rows;
  }

  /// Rows `first` to `first + count` as they are.
  public static RowOrder range(int first, int count) {
    Objects.checkFromIndexSize(first, count, Integer.MAX_VALUE);
    return new RowOrder(first, count, null);
  }

  /// Row n is row `rows[n]`.
  public static RowOrder of(int... rows) {
    boolean range = true;
    for (int n = 0; n < rows.length; n++) {
      if (rows[n] < 0) {
        throw new IllegalArgumentException("row " + rows[n]);
      }
      range &= rows[n] == rows[0] + n;
    }
    int first = rows.length == 0 ? 0 : rows[0];
    return new RowOrder(first, rows.length, range ? null : rows.clone());
  }

  /// Row n of `count` is row `row(n)`.
  public static RowOrder of(int count, IntUnaryOperator row) {
    int[] rows = new int[count];
    Arrays.setAll(rows, row);
    return of(rows);
  }

  /// How many rows the matrix has.
  public int count() {
    return count;
  }

  /// Whether rows follow each other as they are stored.
  public boolean isRange() {
    return rows == null;
  }

  /// Where the first row is stored.
  public int first() {
    return first;
  }

  /// Where row `row` of the matrix is stored.
  public int row(int row) {
    return rows == null ? first + row : rows[row];
  }

  /// Where each row is stored.
  public int[] rows() {
    int[] all = new int[count];
    Arrays.setAll(all, this::row);
    return all;
  }

  /// One more than the last stored row that is used.
  public int end() {
    return rows == null ? first + count : Arrays.stream(rows).max().orElse(-1) + 1;
  }

  /// Whether this is another order whose rows all lie as many rows further on, or back.
  public boolean isShiftOf(RowOrder other) {
    if (count != other.count || isRange() != other.isRange()) {
      return false;
    }
    for (int n = 0; !isRange() && n < count; n++) {
      if (rows[n] - first != other.rows[n] - other.first) {
        return false;
      }
    }
    return true;
  }

  /// Rows `from` to `to` of the matrix alone.
  public RowOrder slice(int from, int to) {
    Objects.checkFromToIndex(from, to, count);
    return rows == null ? range(first + from, to - from) : of(Arrays.copyOfRange(rows, from, to));
  }

  /// Where `order`, of a matrix in this order, finds its rows.
  public RowOrder then(RowOrder order) {
    Objects.checkFromToIndex(0, order.end(), count);
    return order.isRange()
        ? slice(order.first(), order.end())
        : of(order.count(), row -> row(order.row(row)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RowOrder order
        && first == order.first
        && count == order.count
        && Arrays.equals(rows, order.rows);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * first + count) + Arrays.hashCode(rows);
  }

  @Override
  public String toString() {
    return (isRange() ? "range from %d of %d rows" : "order from %d of %d rows")
        .formatted(first, count);
  }
}
