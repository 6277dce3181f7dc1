package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.ScanLaw;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.operand.View;
import io.github.nonplus.weights.ModelWeights;

/// Recurrences, and the operations that say how far they go with a token.
final class RecurrenceSteps {
  private RecurrenceSteps() {}

  static Step softplus(Softplus softplus, ModelWeights weights, Kernels kernels) {
    int width = softplus.output().width();
    float[] bias =
        softplus.bias() == null ? new float[width] : weights.vector(softplus.bias().name(), width);
    float least = (float) softplus.least();
    float most = (float) softplus.most();
    return RowSteps.strips(
        softplus.output(),
        (frame, _, strip) -> {
          float[] arena = frame.arena();
          int in = frame.at(softplus.input(), strip);
          int out = frame.at(softplus.output().view(), strip);
          kernels.strips().softplus(arena, in, bias, least, most, arena, out);
        });
  }

  static Step decay(Decay decay, ModelWeights weights, Kernels kernels) {
    float[] factors = decay.factors(weights.vector(decay.rates().name(), decay.rates().outputs()));
    return RowSteps.strips(
        decay.output(),
        (frame, _, strip) -> {
          float[] arena = frame.arena();
          int in = frame.at(decay.input(), strip);
          kernels.strips().decay(arena, in, factors, arena, frame.at(decay.output().view(), strip));
        });
  }

  /// @param keys where a memory puts keys first; `queries` likewise
  static Step scan(Scan scan, ModelWeights weights, Kernels kernels, Rows keys, Rows queries) {
    View output = scan.output().view();
    return switch (scan.law()) {
      case ScanLaw.Memory law -> MemoryScanStep.of(law, output, weights, kernels, keys, queries);
      case ScanLaw.Selective law -> ColumnScanStep.selective(law, output, weights, kernels);
      case ScanLaw.Gated law -> ColumnScanStep.gated(law, output, weights, kernels);
      case ScanLaw.Weighted law -> ColumnScanStep.weighted(law, output, weights, kernels);
    };
  }
}
