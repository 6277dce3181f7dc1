package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.CodeNumbers;
import io.github.nonplus.program.op.CodeScales;
import io.github.nonplus.program.op.FakeQuantize;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.weights.ModelWeights;
import java.util.Arrays;
import java.util.List;

/// Numbers as codes and back, strip by strip. It is the definition, whatever the kernels: beside a
/// product it costs next to nothing.
final class FakeQuantizeStep {
  private FakeQuantizeStep() {}

  static Step of(FakeQuantize quantize, ModelWeights weights) {
    float[][] stored = new float[quantize.experts()][];
    Arrays.setAll(stored, expert -> numbers(quantize.parameters(expert), weights));
    return RowSteps.strips(
        quantize.output(),
        (frame, _, strip) -> {
          int lanes = frame.layout().width();
          int columns = quantize.groupWidth();
          float[][] its = new float[lanes][];
          for (int lane = 0; lane < lanes; lane++) {
            int place = Math.min(strip * lanes + lane, frame.rows(quantize.output()) - 1);
            int expert = quantize.routed() == null ? 0 : frame.grouping().expert(place);
            its[lane] = stored[Math.min(expert, stored.length - 1)]; // others have no weights
          }
          for (int first = 0; first < quantize.input().width(); first += columns) {
            int from = frame.at(quantize.input(), strip, first);
            int to = frame.at(quantize.output().view(), strip, first);
            group(quantize, frame.arena(), from, to, columns, lanes, its);
          }
        });
  }

  private static float[] numbers(List<Parameter> parameters, ModelWeights weights) {
    float[] numbers = new float[parameters.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = weights.vector(parameters.get(i).name(), 1)[0];
    }
    return numbers;
  }

  /// A group of all tokens of a strip, one beside the other.
  ///
  /// @param stored numbers for each of them
  private static void group(
      FakeQuantize quantize,
      float[] arena,
      int from,
      int to,
      int columns,
      int lanes,
      float[][] stored) {
    float[] least = new float[lanes];
    float[] most = new float[lanes];
    for (int k = 0; k < columns; k++) {
      for (int lane = 0; lane < lanes; lane++) {
        float x = arena[from + k * lanes + lane];
        least[lane] = Math.min(least[lane], x);
        most[lane] = Math.max(most[lane], x);
      }
    }
    CodeNumbers codes = quantize.codes();
    for (int lane = 0; lane < lanes; lane++) {
      CodeScales.Pair pair = quantize.scales().of(least[lane], most[lane], codes, stored[lane]);
      for (int k = 0; k < columns; k++) {
        int at = k * lanes + lane;
        arena[to + at] = FakeQuantize.of(arena[from + at], codes, pair);
      }
    }
  }
}
