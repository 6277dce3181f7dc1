package io.github.nonplus.model.mlc;

import io.github.nonplus.weights.RowOrder;

/// What MLC's converter does to the tensors of a parameter before it casts and quantizes them.
public sealed interface Change {
  /// Nothing, but that several are concatenated.
  Change NONE = new None();

  /// Nothing.
  record None() implements Change {}

  /// One is added to each number, rounded to the type in which the checkpoint stores it. What is
  /// stored then is a norm's whole factor.
  record PlusOne() implements Change {}

  /// Columns become rows.
  record Transposed() implements Change {}

  /// Rows come in another order.
  record Gathered(RowOrder order) implements Change {}
}
