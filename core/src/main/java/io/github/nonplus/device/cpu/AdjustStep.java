package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Adjust;
import io.github.nonplus.program.op.Adjustment;
import io.github.nonplus.program.operand.View;

/// Rows changed by a number that is made of all their columns, strip by strip: sums are in float64,
/// ascending, and the number is rounded once. It is the definition, whatever the kernels: beside a
/// product it costs next to nothing.
final class AdjustStep {
  private AdjustStep() {}

  static Step of(Adjust adjust) {
    return RowSteps.strips(
        adjust.output(),
        (frame, _, strip) -> {
          int lanes = frame.layout().width();
          int in = frame.at(adjust.input(), strip);
          int out = frame.at(adjust.output().view(), strip);
          int count = adjust.output().width() * lanes;
          switch (adjust.law()) {
            case Adjustment.Sparse law ->
                sparse(frame.arena(), in, out, count, lanes, law.deviations());
            case Adjustment.Matched law -> matched(frame, strip, in, out, count, law);
          }
        });
  }

  private static void sparse(
      float[] arena, int in, int out, int count, int lanes, double deviations) {
    int columns = count / lanes;
    double[] mean = new double[lanes];
    for (int n = 0; n < count; n += lanes) {
      for (int t = 0; t < lanes; t++) {
        mean[t] += arena[in + n + t];
      }
    }
    double[] squares = new double[lanes];
    for (int t = 0; t < lanes; t++) {
      mean[t] /= columns;
    }
    for (int n = 0; n < count; n += lanes) {
      for (int t = 0; t < lanes; t++) {
        double apart = arena[in + n + t] - mean[t];
        squares[t] += apart * apart;
      }
    }
    float[] least = new float[lanes];
    for (int t = 0; t < lanes; t++) {
      least[t] = (float) (mean[t] + deviations * Math.sqrt(squares[t] / columns));
    }
    for (int n = 0; n < count; n += lanes) {
      for (int t = 0; t < lanes; t++) {
        arena[out + n + t] = Math.max(arena[in + n + t] - least[t], 0);
      }
    }
  }

  private static void matched(
      Frame frame, int strip, int in, int out, int count, Adjustment.Matched law) {
    int lanes = frame.layout().width();
    double[] own = squares(frame.arena(), in, count, lanes);
    View reference = law.reference();
    double[] wanted = squares(frame.arena(), frame.at(reference, strip), count, lanes);
    float[] factor = new float[lanes];
    for (int t = 0; t < lanes; t++) {
      factor[t] = (float) Math.sqrt(wanted[t] / Math.max(own[t], law.least()));
    }
    for (int n = 0; n < count; n += lanes) {
      for (int t = 0; t < lanes; t++) {
        frame.arena()[out + n + t] = frame.arena()[in + n + t] * factor[t];
      }
    }
  }

  /// The mean of squares of each token.
  private static double[] squares(float[] arena, int at, int count, int lanes) {
    double[] squares = new double[lanes];
    for (int n = 0; n < count; n += lanes) {
      for (int t = 0; t < lanes; t++) {
        double x = arena[at + n + t];
        squares[t] += x * x;
      }
    }
    for (int t = 0; t < lanes; t++) {
      squares[t] /= count / lanes;
    }
    return squares;
  }
}
