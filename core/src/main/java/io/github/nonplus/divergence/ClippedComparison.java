package io.github.nonplus.divergence;

import io.github.nonplus.device.cpu.PairSums;

/// A row of llama.cpp's file, which holds logarithms of probabilities, with a row of logits, by
/// llama.cpp's own definition: Σ p · (ln p − ln q) over the tokens with ln p > −16, p as the file
/// has it. Because of that clip, p does not quite sum to 1, the sum can be less than zero, and
/// nothing can be said of the other direction, in which just the clipped tokens would count.
record ClippedComparison(PairSums pairs) implements RowComparison {
  /// The least logarithm of a probability that counts.
  static final float CLIP = -16;

  @Override
  public RowDivergence of(
      float[] reference,
      int referenceAt,
      float[] candidate,
      int candidateAt,
      int vocabulary,
      int target) {
    float x = pairs.max(reference, referenceAt, vocabulary);
    float y = pairs.max(candidate, candidateAt, vocabulary);
    double[] sums = new double[PairSums.COUNT];
    pairs.sum(candidate, candidateAt, y, candidate, candidateAt, y, vocabulary, sums);
    double logY = StrictMath.log(sums[PairSums.EXP_X]);
    double kld = 0;
    for (int i = 0; i < vocabulary; i++) {
      double logP = reference[referenceAt + i];
      if (logP > CLIP) {
        double logQ = (double) candidate[candidateAt + i] - y - logY;
        kld += Math.exp(logP) * (logP - logQ);
      }
    }
    return new RowDivergence(
        kld,
        Double.NaN,
        RowComparison.first(x, reference, referenceAt, vocabulary)
            == RowComparison.first(y, candidate, candidateAt, vocabulary),
        -(double) reference[referenceAt + target],
        logY - ((double) candidate[candidateAt + target] - y));
  }

  @Override
  public boolean bothWays() {
    return false;
  }
}
