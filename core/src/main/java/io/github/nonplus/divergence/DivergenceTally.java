package io.github.nonplus.divergence;

import io.github.nonplus.corpus.Extent;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.protocol.Averaging;
import java.util.LinkedHashMap;
import java.util.Map;

/// The running comparison of two models. Divergences are averaged as the losses are, by [Tally];
/// shares, quantiles and probabilities are over all scored tokens alike. Windows are to be added in
/// order. Memory does not grow with them.
public final class DivergenceTally {
  private static final double[] SHARES = {0.5, 0.9, 0.95, 0.99, 0.999};

  private final boolean bothWays;
  private final Tally reference;
  private final Tally candidate;
  private final PerplexityRatio ratio;
  private final Tally kld;
  private final Tally reverseKld;
  private final QuantileSketch kldQuantiles = new QuantileSketch();
  private final QuantileSketch reverseQuantiles = new QuantileSketch();
  private long sameTop;
  private double deltaP;
  private double squaredDeltaP;
  private double largestDeltaP;

  /// @param bothWays whether the reference tells its whole distribution, so that the divergence the
  ///   other way is known too
  /// @param averaging how losses become a perplexity
  /// @param extent of the text, in whose units some averagings count
  public DivergenceTally(boolean bothWays, Averaging averaging, Extent extent) {
    this.bothWays = bothWays;
    this.reference = new Tally(averaging, extent);
    this.candidate = new Tally(averaging, extent);
    this.ratio = PerplexityRatio.of(averaging, extent);
    this.kld = new Tally(averaging.ofOtherThanLosses(), Extent.NONE);
    this.reverseKld = new Tally(averaging.ofOtherThanLosses(), Extent.NONE);
  }

  /// Takes one more window.
  public void add(WindowDivergence window) {
    reference.add(window.reference());
    candidate.add(window.candidate());
    ratio.add(window);
    kld.add(window.each(RowDivergence::kld));
    if (bothWays) {
      reverseKld.add(window.each(RowDivergence::reverseKld));
    }
    for (RowDivergence token : window.tokens()) {
      kldQuantiles.add(token.kld());
      if (bothWays) {
        reverseQuantiles.add(token.reverseKld());
      }
      sameTop += token.sameTop() ? 1 : 0;
      double difference = token.deltaP();
      deltaP += difference;
      squaredDeltaP += difference * difference;
      largestDeltaP = Math.max(largestDeltaP, Math.abs(difference));
    }
  }

  /// Windows so far.
  public long windows() {
    return candidate.windows();
  }

  /// The mean divergence of the candidate from the reference so far.
  public double meanKld() {
    return kld.meanNll();
  }

  /// The candidate's perplexity divided by the reference's so far.
  public double perplexityRatio() {
    return ratio.ratio();
  }

  /// Share of the scored tokens so far for which both find the same token likeliest.
  public double sameTopShare() {
    return (double) sameTop / candidate.tokens();
  }

  /// Everything so far. This walks through all quantiles, so it is for the end.
  public Divergence divergence() {
    long tokens = candidate.tokens();
    return new Divergence(
        direction(kld, kldQuantiles),
        bothWays ? direction(reverseKld, reverseQuantiles) : null,
        sameTopShare(),
        deltaP / tokens,
        Math.sqrt(squaredDeltaP / tokens),
        largestDeltaP,
        ratio.logarithm(),
        known(ratio.standardErrorOfLogarithm()),
        ratio.ratio(),
        known(ratio.ratio() * ratio.standardErrorOfLogarithm()),
        reference.perplexity(),
        candidate.perplexity(),
        candidate.windows(),
        tokens);
  }

  private static Divergence.Direction direction(Tally tally, QuantileSketch sketch) {
    Map<String, Double> percentiles = new LinkedHashMap<>();
    for (double share : SHARES) {
      String name = Double.toString(Math.round(share * 1000) / 10.0).replaceFirst("\\.0$", "");
      percentiles.put(name, sketch.quantile(share));
    }
    return new Divergence.Direction(
        tally.meanNll(), known(tally.standardErrorNll()), percentiles, sketch.largest());
  }

  /// A standard error, or null where one window alone leaves it open.
  private static Double known(double standardError) {
    return Double.isNaN(standardError) ? null : standardError;
  }
}
