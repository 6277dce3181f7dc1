package io.github.nonplus.weights;

/// A stored matrix whose weights are small whole numbers under the scale of their group: how it
/// comes apart into both. Kernels put them together again, a vector at a time ([Groups]).
public interface Grouped {
  /// Weights of a row that come apart at once: a whole number of groups.
  int grain();

  /// Makes room for that kind of groups, and says what their numbers mean.
  Groups groups();

  /// Writes numbers, scales and offsets of weights `column` to `column + count` of a stored row to
  /// `groups`, from the first on. Column and count are multiples of the grain, but for the end of a
  /// row whose last group is partial.
  void split(Planes planes, int row, int column, int count, Groups groups);
}
