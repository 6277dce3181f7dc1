package io.github.nonplus.weights;

import java.util.List;

/// The tensors of a checkpoint under its own names, whatever their dimensions.
public interface StoredWeights extends ModelWeights {
  /// All names, used by a model or not.
  List<String> names();

  /// Whether a tensor that is there has that shape, as far as one can tell: a quantized tensor's is
  /// not stored.
  default boolean isShaped(String name, List<Integer> shape) {
    return true;
  }

  /// The tensor of that name, which must have exactly that shape, as a matrix: its last dimension
  /// are the columns, a vector has one column.
  Matrix matrix(String name, List<Integer> shape);

  /// The same as far as headers say what it is: nothing has looked at its values.
  Matrix unread(String name, List<Integer> shape);

  @Override
  default Matrix matrix(String name, int rows, int columns) {
    return matrix(name, List.of(rows, columns));
  }
}
