package io.github.nonplus.weights;

/// A format that stores outputs side by side, input by input: many outputs of an input cost hardly
/// more than one.
public interface Sideways {
  /// The outputs stored as rows `row` to `row + rows`, of which inputs `column` to `column + count`
  /// will be asked for.
  InputCodes inputs(Planes planes, int row, int rows, int column, int count);
}
