package io.github.nonplus.divergence;

/// What two models say of one token, against each other. Natural logarithms throughout.
///
/// @param kld Σ p · ln(p / q) over the vocabulary, with p the reference's and q the candidate's
///   distribution: what is lost by taking the candidate for the reference
/// @param reverseKld Σ q · ln(q / p); NaN where the reference does not tell
/// @param sameTop whether both find the same token likeliest; of equals the one with the lower id
///   counts
/// @param referenceNll −ln p of the token that the text has
/// @param candidateNll −ln q of it
public record RowDivergence(
    double kld, double reverseKld, boolean sameTop, double referenceNll, double candidateNll) {
  /// The candidate's probability of the text's token less the reference's.
  public double deltaP() {
    return Math.exp(-candidateNll) - Math.exp(-referenceNll);
  }

  /// What the text's token costs more with the candidate.
  public double deltaNll() {
    return candidateNll - referenceNll;
  }
}
