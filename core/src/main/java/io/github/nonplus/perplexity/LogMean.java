package io.github.nonplus.perplexity;

/// The running logarithm of a mean of exponentials, ln(Σ exp(x) / n). It is right where the
/// exponentials themselves are beyond the largest number.
public final class LogMean {
  private double largest = Double.NEGATIVE_INFINITY;
  private double sum; // of exp(x - largest)
  private long count;

  /// Takes one more exponent.
  public void add(double exponent) {
    if (exponent > largest) {
      sum = sum * Math.exp(largest - exponent) + 1;
      largest = exponent;
    } else {
      sum += Math.exp(exponent - largest);
    }
    count++;
  }

  /// The logarithm so far; NaN of nothing.
  public double value() {
    return count == 0 ? Double.NaN : largest + Math.log(sum / count);
  }
}
