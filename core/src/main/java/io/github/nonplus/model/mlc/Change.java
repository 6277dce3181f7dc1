package io.github.nonplus.model.mlc;

import io.github.nonplus.weights.RowOrder;

/// What MLC's converter does to the tensors of a parameter before it casts and quantizes them.
public sealed interface Change {
  /// Nothing, but that several are concatenated.
  Change NONE = new None();

  /// Nothing.
  record None() implements Change {}

  /// One is added to each number. What is stored then is a norm's whole factor.
  ///
  /// @param inSingle whether in float32, and not rounded to the type in which the checkpoint stores
  ///   it
  record PlusOne(boolean inSingle) implements Change {}

  /// Columns become rows.
  record Transposed() implements Change {}

  /// Rows come in another order.
  record Gathered(RowOrder order) implements Change {}

  /// Of a matrix whose rows are those of several heads, some of each head's: a parameter beside the
  /// whole, [heads, rows, columns], or of transposed heads, [heads, columns, rows].
  ///
  /// @param size rows of a head
  /// @param from the first of them that is taken
  record Cut(int size, int from, boolean transposed) implements Change {
    long sourceRows(StoredParameter parameter) {
      return (long) parameter.shape().getFirst() * size;
    }

    long sourceColumns(StoredParameter parameter) {
      return parameter.shape().get(transposed ? 1 : 2);
    }

    /// The row of the source that holds the number at `row` and `column` of the parameter.
    public long sourceRow(StoredParameter parameter, int row, int column) {
      int inHead = parameter.shape().get(1);
      return (long) (row / inHead) * size + from + (transposed ? column : row % inHead);
    }

    /// The column of the source that holds the number at `row` and `column` of the parameter.
    public long sourceColumn(StoredParameter parameter, int row, int column) {
      return transposed ? row % parameter.shape().get(1) : column;
    }
  }
}
