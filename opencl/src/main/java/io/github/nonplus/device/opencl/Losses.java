package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Pending;
import io.github.nonplus.device.opencl.binding.Queue;
import java.util.function.Supplier;

/// Negative log-likelihoods on their way from a device.
public final class Losses {
  private Losses() {}

  /// Begins to read those of a batch; whoever asks waits for them.
  ///
  /// @param joined what join.cl leaves of each row: its largest logit, the sum of exponentials
  ///   relative to it, and the target's logit
  public static Supplier<double[]> fetch(Queue queue, Memory joined, int rows) {
    if (rows == 0) {
      return () -> new double[0];
    }
    Pending pending = queue.fetch(joined, 3 * rows);
    return () -> nll(pending.take());
  }

  private static double[] nll(float[] joined) {
    double[] nll = new double[joined.length / 3];
    for (int row = 0; row < nll.length; row++) {
      nll[row] = (double) joined[3 * row] - joined[3 * row + 2] + Math.log(joined[3 * row + 1]);
    }
    return nll;
  }
}
