package io.github.nonplus.perplexity;

import io.github.nonplus.corpus.Extent;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Figure;

/// Losses on the way to one number, as an [Averaging] says. Windows are to be added in the order of
/// the file; the number so far is that of a file that ends here.
public final class Tally {
  private final Averaging averaging;
  private final Extent extent;
  private long windows;
  private long tokens;

  /// Mean and sum of squared deviations of what is averaged over windows: mean losses, or
  /// perplexities.
  private double mean;

  private double deviations;

  private double sum;
  private double squares;

  private double weights;
  private double weighted;
  private double squaredWeights;
  private double squaredWeighted;
  private double squaredWeightedSquares;

  private double runningPerplexities;

  /// Of perplexities, where their mean is beyond the largest number.
  private final LogMean logMean = new LogMean();

  /// Of the default protocol.
  public Tally() {
    this(Averaging.WINDOWS, Extent.NONE);
  }

  /// @param extent of the text, in whose units some averagings count
  public Tally(Averaging averaging, Extent extent) {
    if (averaging == Averaging.WORDS && extent.words() < 1) {
      throw new IllegalArgumentException("a text of no words");
    }
    this.averaging = averaging;
    this.extent = extent;
  }

  /// Takes one more window.
  public void add(WindowScore score) {
    windows++;
    tokens += score.tokenNll().length;
    double loss = score.mean();
    double each = averaging == Averaging.PERPLEXITIES ? Math.exp(loss) : loss;
    double before = Double.isInfinite(mean) ? 0 : each - mean; // what outgrew all numbers stays so
    mean += before / windows;
    deviations += before * (each - mean);
    for (double nll : score.tokenNll()) {
      sum += nll;
      squares += nll * nll;
    }
    double weight = Averaging.LABELS_LESS_ONE.weight(score.first(), score.tokenNll().length);
    weights += weight;
    weighted += weight * loss;
    squaredWeights += weight * weight;
    squaredWeighted += weight * weight * loss;
    squaredWeightedSquares += weight * weight * loss * loss;
    logMean.add(loss);
    runningPerplexities += perplexity();
  }

  /// Windows so far.
  public long windows() {
    return windows;
  }

  /// Scored tokens so far; a token that two windows score counts twice.
  public long tokens() {
    return tokens;
  }

  /// Sum of all losses so far, in nats.
  public double sum() {
    return sum;
  }

  /// The exponent of [#perplexity], in nats: a mean over windows, tokens or words; the logarithm of
  /// the mean where perplexities are averaged.
  public double meanNll() {
    return switch (averaging) {
      case WINDOWS -> mean;
      case TOKENS -> sum / tokens;
      case LABELS_LESS_ONE -> weighted / weights;
      case PERPLEXITIES -> Double.isFinite(mean) ? Math.log(mean) : logMean.value();
      case WORDS -> sum / extent.words();
    };
  }

  /// The protocol's number.
  public double perplexity() {
    return averaging == Averaging.PERPLEXITIES ? mean : Math.exp(meanNll());
  }

  /// Standard error of [#meanNll], as if what is averaged were independent: windows, tokens, or
  /// texts. Overlapping windows and neighbouring tokens are not, so the true one is larger. NaN for
  /// fewer than two of them.
  public double standardErrorNll() {
    return switch (averaging) {
      case WINDOWS -> windows < 2 ? Double.NaN : ofMean();
      case PERPLEXITIES -> windows < 2 ? Double.NaN : ofMean() / mean;
      case TOKENS -> ofTokens();
      case WORDS -> ofTokens() * tokens / extent.words();
      case LABELS_LESS_ONE -> windows < 2 ? Double.NaN : ofWeightedMean();
    };
  }

  private double ofMean() {
    return Math.sqrt(deviations / (windows - 1) / windows);
  }

  /// As llama.cpp prints it: √((E[x²] − E[x]²) / (N − 1)).
  private double ofTokens() {
    double center = sum / tokens;
    return tokens < 2
        ? Double.NaN
        : Math.sqrt(Math.max(0, squares / tokens - center * center) / (tokens - 1));
  }

  private double ofWeightedMean() {
    double center = meanNll();
    double apart =
        squaredWeightedSquares - 2 * center * squaredWeighted + center * center * squaredWeights;
    return Math.sqrt(Math.max(0, apart) * windows / (windows - 1)) / weights;
  }

  /// Standard error of [#perplexity], to first order: perplexity times that of the mean.
  public double standardError() {
    return perplexity() * standardErrorNll();
  }

  /// Another number of the protocol, so far.
  public double figure(Figure figure) {
    return switch (figure) {
      case WORD_PERPLEXITY -> Math.exp(sum / extent.words());
      case BYTE_PERPLEXITY -> Math.exp(sum / extent.bytes());
      case BITS_PER_BYTE -> sum / extent.bytes() / Math.log(2);
      case MEAN_OF_RUNNING -> runningPerplexities / windows;
    };
  }
}
