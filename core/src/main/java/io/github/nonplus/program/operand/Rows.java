package io.github.nonplus.program.operand;

/// The leading dimension of a buffer, known only when a batch is there.
public enum Rows {
  /// One row for each token of the batch.
  TOKENS,
  /// One row for each token whose output is wanted: those that are scored.
  SELECTED
}
