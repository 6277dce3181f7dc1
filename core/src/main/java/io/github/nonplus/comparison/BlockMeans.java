package io.github.nonplus.comparison;

/// The error of a mean over windows that depend on their neighbours. Windows overlap, so the same
/// tokens stand in two of them, and a text goes on about the same thing for pages; taken as
/// independent, windows would give error bars of half their size.
///
/// The method is that of batch means with few, long batches: the windows, in the order of the text,
/// are cut into eight blocks of consecutive ones. Overlap touches only the ends of a block, and
/// blocks much longer than what a text is about are nearly independent, so that the spread of their
/// sums is that of the whole:
///
/// ```
/// mean  m = Σ wᵢxᵢ / Σ wᵢ           blocks  S_b = Σ_{i in b} wᵢ(xᵢ − m) / Σ wᵢ
/// standard error = √(B/(B−1) · Σ S_b²)       interval  m ± t(B−1, 97.5 %) · standard error
/// ```
///
/// For the difference of two models on the same windows x is the difference window by window, so
/// what both find hard cancels. Eight blocks cost an interval 21 % of width compared with knowing
/// the error exactly, and buy blocks as long as the text allows; docs/comparison.md has the
/// coverage.
///
/// Source: B. Schmeiser, Batch size effects in the analysis of simulation output, Operations
/// Research 30 (1982) 556–568, who shows that many batches gain little over few long ones. That the
/// few are eight is our own finding, from losses of real text.
public final class BlockMeans {
  /// Blocks, unless there are too few windows.
  public static final int BLOCKS = 8;

  /// Below this many windows a text is too short for its blocks to be independent.
  public static final int RELIABLE = 200;

  private static final int SHORTEST_BLOCK = 2;
  private static final int FEWEST_BLOCKS = 3;

  private BlockMeans() {}

  /// The weighted mean of `values` and its error.
  public static Interval mean(double[] values, double[] weights) {
    double sum = 0;
    double total = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
      total += weights[i];
    }
    double mean = sum / total;
    double[] parts = new double[values.length];
    for (int i = 0; i < values.length; i++) {
      parts[i] = weights[i] * (values[i] - mean) / total;
    }
    return interval(mean, parts);
  }

  /// A number that is the sum of what each window adds to it, to first order, with its error.
  ///
  /// @param parts how far each window moves the number from its value; they sum to zero
  static Interval interval(double value, double[] parts) {
    int blocks = Math.min(BLOCKS, parts.length / SHORTEST_BLOCK);
    if (blocks < FEWEST_BLOCKS) {
      return new Interval(value, Double.NaN, 0);
    }
    double squares = 0;
    for (int b = 0; b < blocks; b++) {
      double sum = 0;
      for (int i = start(b, blocks, parts.length); i < start(b + 1, blocks, parts.length); i++) {
        sum += parts[i];
      }
      squares += sum * sum;
    }
    return new Interval(value, Math.sqrt(squares * blocks / (blocks - 1)), blocks - 1);
  }

  private static int start(int block, int blocks, int windows) {
    return (int) ((long) block * windows / blocks);
  }
}
