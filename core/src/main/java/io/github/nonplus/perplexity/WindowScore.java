package io.github.nonplus.perplexity;

/// What the model said of one window.
///
/// @param window its index in the file, from 0
/// @param first position in the window of the first id that is scored, from 1
/// @param tokenNll negative log-likelihood in nats of that id and all after it, in order
public record WindowScore(int window, int first, double[] tokenNll) {
  /// A window that scores all its ids but the first.
  public WindowScore(int window, double[] tokenNll) {
    this(window, 1, tokenNll);
  }

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
