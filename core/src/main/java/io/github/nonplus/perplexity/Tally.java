package io.github.nonplus.perplexity;

/// The running perplexity of protocol `qualcomm-mlc`: exp of the mean of the windows' mean negative
/// log-likelihoods. Each window counts the same, however short; most tokens count twice, because
/// windows overlap. Windows are to be added in the order of the file.
public final class Tally {
  private long windows;
  private long tokens;
  private double mean;
  private double squares;

  /// Takes one more window.
  public void add(WindowScore score) {
    windows++;
    tokens += score.tokenNll().length;
    double before = score.mean() - mean;
    mean += before / windows;
    squares += before * (score.mean() - mean);
  }

  /// Windows so far.
  public long windows() {
    return windows;
  }

  /// Scored tokens so far; a token in two windows counts twice.
  public long tokens() {
    return tokens;
  }

  /// Mean over the windows of their mean negative log-likelihood, in nats.
  public double meanNll() {
    return mean;
  }

  /// exp([#meanNll]).
  public double perplexity() {
    return Math.exp(mean);
  }

  /// Standard error of [#meanNll] as if windows were independent: their standard deviation divided
  /// by √windows. Overlapping windows are not independent, so the true one is somewhat larger. NaN
  /// for fewer than two windows.
  public double standardErrorNll() {
    return windows < 2 ? Double.NaN : Math.sqrt(squares / (windows - 1) / windows);
  }

  /// Standard error of [#perplexity], to first order: perplexity times that of the mean.
  public double standardError() {
    return perplexity() * standardErrorNll();
  }
}
