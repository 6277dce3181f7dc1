package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.ModelWeights;
import java.util.Arrays;

/// Norms of rows, or of groups of their columns.
final class NormStep {
  private NormStep() {}

  static Step of(Norm norm, ModelWeights weights, Kernels kernels) {
    float[] weight = weight(norm, weights);
    float[] bias = norm.bias() == null ? null : columns(norm, norm.bias(), weights);
    boolean centred = norm.kind() == Norm.Kind.LAYER;
    return RowSteps.strips(
        norm.output(),
        (frame, _, strip) ->
            kernels
                .strips()
                .norm(
                    frame.arena(),
                    frame.at(norm.input(), strip),
                    norm.groupWidth(),
                    centred,
                    weight,
                    bias,
                    norm.epsilon(),
                    frame.arena(),
                    frame.at(norm.output().view(), strip)));
  }

  /// What each column is multiplied by: offset + weight, rounded once.
  private static float[] weight(Norm norm, ModelWeights weights) {
    if (norm.weight() == null) {
      float[] ones = new float[norm.output().width()];
      Arrays.fill(ones, 1);
      return ones;
    }
    float[] weight = columns(norm, norm.weight(), weights);
    for (int n = 0; n < weight.length; n++) {
      weight[n] = (float) (norm.offset() + weight[n]);
    }
    return weight;
  }

  /// A number for each column: a parameter that is as long as a group serves all groups.
  private static float[] columns(Norm norm, Parameter parameter, ModelWeights weights) {
    float[] values = weights.vector(parameter.name(), parameter.outputs());
    float[] columns = new float[norm.output().width()];
    for (int n = 0; n < columns.length; n++) {
      columns[n] = values[n % values.length];
    }
    return columns;
  }
}
