package io.github.nonplus.model.family;

/// Quantiles of the normal distribution, in float64.
final class Quantiles {
  /// Beyond, less than 1e-15 is left.
  private static final double FARTHEST = 8;

  private static final int HALVINGS = 70;

  private Quantiles() {}

  /// The number below which that part of the distribution lies.
  ///
  /// @param part above 0 and below 1
  static double normal(double part) {
    double low = -FARTHEST;
    double high = FARTHEST;
    for (int i = 0; i < HALVINGS; i++) {
      double middle = (low + high) / 2;
      if (below(middle) < part) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return (low + high) / 2;
  }

  /// Φ(x), by the series of its integral, which converges everywhere.
  private static double below(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; Math.abs(term) > Math.ulp(sum) / 4; n++) {
      term *= x * x / (2 * n + 1);
      sum += term;
    }
    return 0.5 + sum * StrictMath.exp(-x * x / 2) / Math.sqrt(2 * Math.PI);
  }
}
