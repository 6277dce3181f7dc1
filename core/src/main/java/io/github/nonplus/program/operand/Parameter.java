package io.github.nonplus.program.operand;

import java.util.List;

/// A tensor of the checkpoint by its name there: a vector [n] or a matrix [outputs, inputs].
public record Parameter(String name, List<Integer> shape) {
  public Parameter {
    shape = List.copyOf(shape);
    if (name.isEmpty() || shape.isEmpty() || shape.size() > 2) {
      throw new IllegalArgumentException("parameter '%s' of shape %s".formatted(name, shape));
    }
    for (int dimension : shape) {
      if (dimension <= 0) {
        throw new IllegalArgumentException("parameter '%s' of shape %s".formatted(name, shape));
      }
    }
  }

  /// A vector of `length` numbers.
  public static Parameter vector(String name, int length) {
    return new Parameter(name, List.of(length));
  }

  /// A matrix of `outputs` rows and `inputs` columns.
  public static Parameter matrix(String name, int outputs, int inputs) {
    return new Parameter(name, List.of(outputs, inputs));
  }

  /// Rows of a matrix, length of a vector.
  public int outputs() {
    return shape.getFirst();
  }

  /// Columns of a matrix, length of a vector.
  public int inputs() {
    return shape.getLast();
  }

  @Override
  public String toString() {
    return name;
  }
}
