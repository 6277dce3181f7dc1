package io.github.nonplus.divergence;

/// Compares a reference's row with a candidate's. For several threads at once.
interface RowComparison {
  /// Compares rows `referenceAt …` and `candidateAt …`, both of `vocabulary` numbers, about a text
  /// whose next token is `target`. What is no finite number comes out as NaN or infinite.
  RowDivergence of(
      float[] reference,
      int referenceAt,
      float[] candidate,
      int candidateAt,
      int vocabulary,
      int target);

  /// Whether both directions come out.
  boolean bothWays();

  /// The first index of `value` in a row of `count`, which holds it.
  static int first(float value, float[] row, int at, int count) {
    for (int i = 0; i < count; i++) {
      if (row[at + i] == value) {
        return i;
      }
    }
    return -1; // only where it is NaN
  }
}
