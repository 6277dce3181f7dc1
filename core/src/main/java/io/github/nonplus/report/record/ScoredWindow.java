package io.github.nonplus.report.record;

/// One window with what a model said of it. The scored ids are always the window's last ones:
///
/// ```
/// ids    c c c c x x x
/// nll            0 1 2
/// ```
///
/// @param ids all of them, context included
/// @param weight how much its mean counts in the mean over windows; 1 where all count the same
/// @param nll negative log-likelihoods in nats of the last `nll.length` ids; at most all but one
public record ScoredWindow(int[] ids, double weight, double[] nll) {
  public ScoredWindow {
    if (nll.length == 0 || nll.length >= ids.length) {
      throw new IllegalArgumentException(
          "%d values for %d ids, expected 1 to %d"
              .formatted(nll.length, ids.length, ids.length - 1));
    }
    if (!(weight >= 0) || weight == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException("the weight is %s, expected 0 or more".formatted(weight));
    }
  }

  /// Position in the window of the first id that is scored, at least 1.
  public int first() {
    return ids.length - nll.length;
  }

  /// Mean of the losses, in nats.
  public double mean() {
    double sum = 0;
    for (double value : nll) {
      sum += value;
    }
    return sum / nll.length;
  }
}
