package io.github.nonplus.verification;

import io.github.nonplus.device.Observation;
import io.github.nonplus.device.Observation.Scored;
import io.github.nonplus.device.Observation.Written;
import io.github.nonplus.program.operand.RowSpace;

/// What two devices saw of one operation, row against row. The batch is one window of which every
/// row but the last is selected, so a row's number is its token's.
final class RowComparison {
  private RowComparison() {}

  static Difference difference(Observation found, Observation expected, int window) {
    return switch (expected) {
      case Scored(_, _, double[] nll) -> scores(((Scored) found).nll(), nll, window);
      case Written written -> written((Written) found, written, window);
    };
  }

  private static Difference scores(double[] found, double[] expected, int window) {
    Difference largest = new Difference(0, window, 1);
    for (int row = 0; row < expected.length; row++) {
      double size = Math.abs(found[row] - expected[row]);
      largest = largest.max(new Difference(size, window, row + 1));
    }
    return largest;
  }

  private static Difference written(Written found, Written expected, int window) {
    int width = expected.operation().written().orElseThrow().width();
    RowSpace rows = expected.operation().written().orElseThrow().buffer().rows();
    int each = rows instanceof RowSpace.Routed routed ? routed.each() : 1;
    Difference largest = new Difference(0, window, 0);
    for (int row = 0; row < expected.values().length / width; row++) {
      double most = 0;
      double apart = 0;
      for (int i = row * width; i < (row + 1) * width; i++) {
        most = Math.max(most, Math.abs(expected.values()[i]));
        apart = Math.max(apart, Math.abs((double) found.values()[i] - expected.values()[i]));
      }
      double size = apart == 0 ? 0 : apart / most;
      largest = largest.max(new Difference(size, window, row / each));
    }
    return largest;
  }
}
