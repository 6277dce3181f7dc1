package io.github.nonplus.corpus;

import java.util.HashMap;
import java.util.Map;

/// The best model that knows no context: each scored id has the share that it has among the scored
/// ids themselves. A language model that does worse has not been given what it was trained on.
///
/// @param tokens scored ids
/// @param nll mean negative log-likelihood in nats, of which the gain of having been fitted to the
///   very ids that it is measured on is taken back (Miller and Madow: half the number of different
///   ids, less one, divided by all)
public record Unigram(long tokens, double nll) {
  /// Fewer scored ids say too little.
  private static final long ENOUGH = 1000;

  /// Of the ids that `windows` score.
  public static Unigram of(Windows windows) {
    Map<Integer, Long> counts = new HashMap<>();
    for (int w = 0; w < windows.count(); w++) {
      for (int at = windows.length(w) - windows.scored(w); at < windows.length(w); at++) {
        counts.merge(windows.id(w, at), 1L, Long::sum);
      }
    }
    long tokens = windows.scored();
    double nll = 0;
    for (long count : counts.values()) {
      nll -= count * Math.log((double) count / tokens);
    }
    return new Unigram(tokens, (nll + (counts.size() - 1) / 2.0) / tokens);
  }

  /// Whether a model with this mean loss over the same ids does worse, on enough of them.
  public boolean isBetterThan(double meanNll) {
    return tokens >= ENOUGH && nll < meanNll;
  }

  /// Its perplexity.
  public double perplexity() {
    return Math.exp(nll);
  }
}
