package io.github.nonplus.divergence;

import java.util.LinkedHashMap;
import java.util.Map;

/// How far a candidate's next-token distribution q is from a reference's p.
///
/// @param referenceToCandidate of Σ p · ln(p / q), in nats
/// @param candidateToReference of Σ q · ln(q / p), null where the reference does not tell enough
/// @param sameTopShare share of the scored tokens for which both find the same token likeliest
/// @param meanDeltaP mean over the scored tokens of q less p of the text's own token
/// @param rmsDeltaP root of the mean square of that
/// @param largestDeltaP the largest that it ever was, without its sign
/// @param meanDeltaNll what the candidate's loss is above the reference's, averaged as losses are;
///   the logarithm of the ratio where perplexities are averaged
/// @param standardErrorDeltaNll over windows, of the difference itself; null for one window
/// @param perplexityRatio the candidate's perplexity divided by the reference's: exp of the above
/// @param standardErrorPerplexityRatio likewise
public record Divergence(
    Direction referenceToCandidate,
    Direction candidateToReference,
    double sameTopShare,
    double meanDeltaP,
    double rmsDeltaP,
    double largestDeltaP,
    double meanDeltaNll,
    Double standardErrorDeltaNll,
    double perplexityRatio,
    Double standardErrorPerplexityRatio,
    double referencePerplexity,
    double candidatePerplexity,
    long windows,
    long tokensScored) {
  /// The Kullback-Leibler divergence one way.
  ///
  /// @param mean averaged as losses are
  /// @param standardError over windows, null for one window
  /// @param percentiles over all scored tokens: which value so many percent of them do not exceed;
  ///   right to 6e-5 of itself ([QuantileSketch])
  /// @param largest of all scored tokens, exact
  public record Direction(
      double mean, Double standardError, Map<String, Double> percentiles, double largest) {
    public Direction {
      percentiles = new LinkedHashMap<>(percentiles);
    }
  }
}
