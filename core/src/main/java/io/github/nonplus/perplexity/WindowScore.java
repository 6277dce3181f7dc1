package io.github.nonplus.perplexity;

/// What the model said of one window.
///
/// @param window its index in the file, from 0
/// @param tokenNll negative log-likelihood in nats of ids 1 to n − 1 of the window, in order
public record WindowScore(int window, double[] tokenNll) {
  /// Sum over the scored tokens: minus the window's log-probability.
  public double sum() {
    double sum = 0;
    for (double nll : tokenNll) {
      sum += nll;
    }
    return sum;
  }

  /// Mean over the scored tokens.
  public double mean() {
    return sum() / tokenNll.length;
  }
}
