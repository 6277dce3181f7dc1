package io.github.nonplus.divergence;

import io.github.nonplus.device.cpu.PairSums;

/// Two rows of logits x and y, relative to their largest. With X = Σ e^x, Y = Σ e^y and d = x − y,
/// ln p = x − ln X and ln q = y − ln Y, so that
///
/// Σ p · ln(p / q) = Σ e^x · d / X − ln X + ln Y, and likewise with p and q exchanged.
///
/// Nothing is clipped: a token that the candidate finds all but impossible counts with its
/// difference of logits. Equal rows have d = 0 and X = Y, so they give zero and not something near
/// it. Otherwise both terms are about as large as d, and what is left of them errs by some 1e-16
/// times that.
record LogitsComparison(PairSums pairs) implements RowComparison {
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
    pairs.sum(reference, referenceAt, x, candidate, candidateAt, y, vocabulary, sums);
    double sumX = sums[PairSums.EXP_X];
    double sumY = sums[PairSums.EXP_Y];
    double logX = StrictMath.log(sumX);
    double logY = StrictMath.log(sumY);
    return new RowDivergence(
        sums[PairSums.EXP_X_DIFFERENCE] / sumX - (logX - logY),
        (logX - logY) - sums[PairSums.EXP_Y_DIFFERENCE] / sumY,
        RowComparison.first(x, reference, referenceAt, vocabulary)
            == RowComparison.first(y, candidate, candidateAt, vocabulary),
        logX - ((double) reference[referenceAt + target] - x),
        logY - ((double) candidate[candidateAt + target] - y));
  }

  @Override
  public boolean bothWays() {
    return true;
  }
}
