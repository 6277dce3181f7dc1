package io.github.nonplus.device.cpu;

import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;

/// Parameters whose numbers a step keeps in float32.
final class Weights {
  private Weights() {}

  /// All numbers of a vector or, row by row, of a small matrix.
  static float[] numbers(Parameter parameter, ModelWeights weights) {
    if (parameter.shape().size() == 1) {
      return weights.vector(parameter.name(), parameter.outputs());
    }
    Matrix matrix = weights.matrix(parameter.name(), parameter.outputs(), parameter.inputs());
    float[] numbers = new float[Math.multiplyExact(parameter.outputs(), parameter.inputs())];
    matrix.decode(0, parameter.outputs(), numbers, 0);
    return numbers;
  }
}
