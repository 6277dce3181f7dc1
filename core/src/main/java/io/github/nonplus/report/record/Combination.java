package io.github.nonplus.report.record;

import io.github.nonplus.perplexity.LogMean;
import io.github.nonplus.protocol.Averaging;
import java.util.List;

/// How the windows' mean losses `m`, with their weights `w`, become one number. The exponent is the
/// logarithm of the perplexity.
public sealed interface Combination {
  /// The exponent of these windows.
  double exponent(List<ScoredWindow> windows);

  /// How far each window moves the exponent from its value, to first order; they sum to zero.
  double[] influences(List<ScoredWindow> windows);

  /// The exponent that all windows would have if they were like those so far.
  double[] running(List<ScoredWindow> windows);

  /// Of a law that this version does not know: it is taken for a weighted mean, and whether it is,
  /// the record's claim shows.
  Combination UNKNOWN = new Mean(Double.NaN);

  /// By the law that a record names.
  ///
  /// @param words of the text, if the record says them
  static Combination of(Averaging averaging, double words) {
    return switch (averaging) {
      case PERPLEXITIES -> new MeanOfPerplexities();
      case WORDS -> new Mean(words);
      case WINDOWS, TOKENS, LABELS_LESS_ONE -> new Mean(Double.NaN);
    };
  }

  /// Σ w·m / divisor.
  ///
  /// @param divisor NaN for Σ w
  record Mean(double divisor) implements Combination {
    @Override
    public double exponent(List<ScoredWindow> windows) {
      double weights = weights(windows);
      return ofAll(weights) * sum(windows) / weights;
    }

    @Override
    public double[] influences(List<ScoredWindow> windows) {
      double weights = weights(windows);
      double mean = sum(windows) / weights;
      return windows.stream()
          .mapToDouble(each -> ofAll(weights) * each.weight() * (each.mean() - mean) / weights)
          .toArray();
    }

    @Override
    public double[] running(List<ScoredWindow> windows) {
      double factor = ofAll(weights(windows));
      double[] values = new double[windows.size()];
      double sum = 0;
      double weights = 0;
      for (int w = 0; w < values.length; w++) {
        sum += windows.get(w).weight() * windows.get(w).mean();
        weights += windows.get(w).weight();
        values[w] = factor * sum / weights;
      }
      return values;
    }

    /// What the exponent is of a weighted mean.
    private double ofAll(double weights) {
      return Double.isNaN(divisor) ? 1 : weights / divisor;
    }

    private static double weights(List<ScoredWindow> windows) {
      double weights = 0;
      for (ScoredWindow window : windows) {
        weights += window.weight();
      }
      return weights;
    }

    private static double sum(List<ScoredWindow> windows) {
      double sum = 0;
      for (ScoredWindow window : windows) {
        sum += window.weight() * window.mean();
      }
      return sum;
    }
  }

  /// ln of the mean of exp(m): perplexities are averaged, not losses.
  record MeanOfPerplexities() implements Combination {
    @Override
    public double exponent(List<ScoredWindow> windows) {
      return running(windows)[windows.size() - 1];
    }

    @Override
    public double[] influences(List<ScoredWindow> windows) {
      double mean = exponent(windows);
      return windows.stream()
          .mapToDouble(each -> (Math.exp(each.mean() - mean) - 1) / windows.size())
          .toArray();
    }

    @Override
    public double[] running(List<ScoredWindow> windows) {
      double[] values = new double[windows.size()];
      LogMean mean = new LogMean();
      for (int w = 0; w < values.length; w++) {
        mean.add(windows.get(w).mean());
        values[w] = mean.value();
      }
      return values;
    }
  }
}
