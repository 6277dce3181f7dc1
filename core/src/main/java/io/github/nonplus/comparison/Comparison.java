package io.github.nonplus.comparison;

import io.github.nonplus.report.record.ResultRecord;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// One result against a baseline on the same windows; every difference is the other's minus the
/// baseline's, so that above zero the other is worse.
///
/// @param nll difference of the exponents, in nats: mean negative log-likelihoods
/// @param perplexity difference of the perplexities
public record Comparison(
    ResultRecord baseline, ResultRecord other, Interval nll, Interval perplexity) {
  /// Compares; the two must have passed [Comparability].
  public static Comparison of(ResultRecord baseline, ResultRecord other) {
    double[] one = influences(baseline);
    double[] two = influences(other);
    double[] nll = new double[one.length];
    double[] perplexity = new double[one.length];
    for (int w = 0; w < one.length; w++) {
      nll[w] = two[w] - one[w];
      perplexity[w] = other.perplexity() * two[w] - baseline.perplexity() * one[w];
    }
    return new Comparison(
        baseline,
        other,
        BlockMeans.interval(other.meanNll() - baseline.meanNll(), nll),
        BlockMeans.interval(other.perplexity() - baseline.perplexity(), perplexity));
  }

  /// The perplexity of one result, with its own error: what another text of the kind would give. To
  /// first order, a window that moves the exponent by δ moves the perplexity by perplexity · δ.
  public static Interval perplexity(ResultRecord record) {
    double[] parts = influences(record);
    for (int w = 0; w < parts.length; w++) {
      parts[w] *= record.perplexity();
    }
    return BlockMeans.interval(record.perplexity(), parts);
  }

  /// The exponent of one result, in nats, with its own error: what can be compared where a
  /// perplexity is beyond the largest number.
  public static Interval meanNll(ResultRecord record) {
    return BlockMeans.interval(record.meanNll(), influences(record));
  }

  private static double[] influences(ResultRecord record) {
    return record.combination().influences(record.windows());
  }

  /// The other's perplexity divided by the baseline's.
  public double ratio() {
    return Math.exp(nll.value());
  }

  /// How many more windows of the same kind of text would make the 95 % interval of the difference
  /// of perplexities ± `resolution`: its width falls with the root of their number. To two digits,
  /// because it is an estimate; 0 if these are enough, -1 if nobody knows.
  public long windowsToResolve(double resolution) {
    if (!Double.isFinite(perplexity.halfWidth())) {
      return -1;
    }
    double factor = perplexity.halfWidth() / resolution;
    double more = Math.max(0, Math.ceil(baseline.windows().size() * (factor * factor - 1)));
    return new BigDecimal(more).round(new MathContext(2, RoundingMode.UP)).longValue();
  }

  /// Windows whose mean loss grew the most, worst first.
  public List<WindowDifference> worstWindows(int count) {
    List<WindowDifference> all = new ArrayList<>();
    for (int w = 0; w < baseline.windows().size(); w++) {
      all.add(
          new WindowDifference(w, baseline.windows().get(w).mean(), other.windows().get(w).mean()));
    }
    all.sort(Comparator.comparingDouble(WindowDifference::difference).reversed());
    return all.subList(0, Math.min(count, all.size()));
  }

  /// Tokens whose loss grew the most, worst first. A token that several windows score is named
  /// once, with the window in which it is worst.
  public List<TokenDifference> worstTokens(int count) {
    return WorstTokens.of(baseline, other, count);
  }

  /// Losses of both by how many ids of the window stand before a token.
  public List<PositionLoss> positions() {
    return PositionLoss.of(List.of(baseline, other));
  }

  /// A window in both results; means in nats.
  ///
  /// @param window its index, from 0
  public record WindowDifference(int window, double baseline, double other) {
    /// How much worse the other is.
    public double difference() {
      return other - baseline;
    }
  }

  /// A scored token in both results; losses in nats.
  ///
  /// @param window its index, from 0
  /// @param position in the window
  public record TokenDifference(int window, int position, double baseline, double other) {
    /// How much worse the other is.
    public double difference() {
      return other - baseline;
    }
  }
}
