package io.github.nonplus.divergence;

import io.github.nonplus.corpus.Extent;
import io.github.nonplus.perplexity.LogMean;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.protocol.Averaging;

/// The candidate's perplexity divided by the reference's, with an error of its own: what both find
/// hard cancels window by window.
sealed interface PerplexityRatio {
  static PerplexityRatio of(Averaging averaging, Extent extent) {
    return switch (averaging) {
      case PERPLEXITIES -> new OfMeans();
      case WINDOWS, TOKENS, LABELS_LESS_ONE, WORDS -> new OfExponents(new Tally(averaging, extent));
    };
  }

  /// Takes one more window.
  void add(WindowDivergence window);

  /// The ratio so far.
  double ratio();

  /// Its logarithm: by how much the candidate's exponent is larger.
  double logarithm();

  /// Standard error of the logarithm over windows; NaN for one. That of the ratio is ratio times
  /// that.
  double standardErrorOfLogarithm();

  /// Where losses are averaged: the logarithm is their difference, averaged likewise.
  record OfExponents(Tally differences) implements PerplexityRatio {
    @Override
    public void add(WindowDivergence window) {
      differences.add(window.each(RowDivergence::deltaNll));
    }

    @Override
    public double ratio() {
      return differences.perplexity();
    }

    @Override
    public double logarithm() {
      return differences.meanNll();
    }

    @Override
    public double standardErrorOfLogarithm() {
      return differences.standardErrorNll();
    }
  }

  /// Where perplexities `c` and `r` of texts are averaged: R = Σ c / Σ r, whose variance is that of
  /// c − R·r over texts.
  final class OfMeans implements PerplexityRatio {
    private final LogMean candidateMean = new LogMean();
    private final LogMean referenceMean = new LogMean();
    private long texts;
    private double candidates;
    private double references;
    private double squaredCandidates;
    private double squaredReferences;
    private double products;

    @Override
    public void add(WindowDivergence window) {
      double candidate = Math.exp(window.candidate().mean());
      double reference = Math.exp(window.reference().mean());
      candidateMean.add(window.candidate().mean());
      referenceMean.add(window.reference().mean());
      texts++;
      candidates += candidate;
      references += reference;
      squaredCandidates += candidate * candidate;
      squaredReferences += reference * reference;
      products += candidate * reference;
    }

    @Override
    public double ratio() {
      double ratio = candidates / references;
      return Double.isFinite(ratio) ? ratio : Math.exp(logarithm());
    }

    @Override
    public double logarithm() {
      double ratio = candidates / references;
      return Double.isFinite(ratio) && ratio > 0
          ? Math.log(ratio)
          : candidateMean.value() - referenceMean.value();
    }

    @Override
    public double standardErrorOfLogarithm() {
      double ratio = ratio();
      double squares = squaredCandidates - 2 * ratio * products + ratio * ratio * squaredReferences;
      return texts < 2
          ? Double.NaN
          : Math.sqrt(Math.max(0, squares) * texts / (texts - 1)) / candidates;
    }
  }
}
