package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.weights.ModelWeights;

/// Numbers times factors: one for all, one for each column, or one for each token.
final class ScaleStep {
  private ScaleStep() {}

  static Step of(Scale scale, ModelWeights weights, Kernels kernels) {
    return switch (scale.factor()) {
      case Factor.Constant constant -> constant(scale, (float) constant.value(), kernels);
      case Factor.Stored stored -> {
        float[] values = weights.vector(stored.values().name(), stored.values().outputs());
        yield values.length == 1
            ? constant(scale, values[0], kernels)
            : columns(scale, values, kernels);
      }
      case Factor.Difference law -> {
        float number = law.number(each -> weights.vector(each.name(), each.outputs()));
        yield constant(scale, number, kernels);
      }
      case Factor.ByPosition law -> tokens(scale, law, kernels);
    };
  }

  private static Step constant(Scale scale, float factor, Kernels kernels) {
    return RowSteps.strips(
        scale.output(),
        (frame, _, strip) ->
            kernels
                .strips()
                .scale(
                    frame.arena(),
                    frame.at(scale.input(), strip),
                    factor,
                    frame.arena(),
                    frame.at(scale.output().view(), strip),
                    scale.output().width() * frame.layout().width()));
  }

  private static Step columns(Scale scale, float[] factors, Kernels kernels) {
    return RowSteps.strips(
        scale.output(),
        (frame, _, strip) ->
            kernels
                .strips()
                .scaleColumns(
                    frame.arena(),
                    frame.at(scale.input(), strip),
                    factors,
                    frame.arena(),
                    frame.at(scale.output().view(), strip)));
  }

  private static Step tokens(Scale scale, Factor.ByPosition law, Kernels kernels) {
    return RowSteps.strips(
        scale.output(),
        (frame, _, strip) -> {
          int width = frame.layout().width();
          float[] factors = new float[width];
          int end = Math.min(frame.batch().tokens(), (strip + 1) * width);
          for (int token = strip * width; token < end; token++) {
            factors[token % width] = law.at(frame.position(token));
          }
          kernels
              .strips()
              .scaleTokens(
                  frame.arena(),
                  frame.at(scale.input(), strip),
                  scale.output().width(),
                  factors,
                  frame.arena(),
                  frame.at(scale.output().view(), strip));
        });
  }
}
