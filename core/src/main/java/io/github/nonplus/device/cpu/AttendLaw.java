package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Mask;
import io.github.nonplus.weights.ModelWeights;

/// What an attention does to its scores, made ready for the inner loop.
///
/// @param sinks for each query head, or null
record AttendLaw(Attend attend, float[] sinks) {
  static AttendLaw of(Attend attend, ModelWeights weights) {
    float[] sinks =
        attend.findSinks().map(each -> weights.vector(each.name(), attend.heads())).orElse(null);
    return new AttendLaw(attend, sinks);
  }

  /// Whether scores are only scaled, and all that is not after a query is seen by it.
  boolean isPlain() {
    return !hidesFirst() && !bendsScores() && sinks == null && attend.chosen() == null;
  }

  /// Whether keys may be hidden that are before a query.
  boolean hidesFirst() {
    return !(attend.mask() instanceof Mask.Causal);
  }

  /// Whether some keys at a window's beginning are never hidden.
  boolean keepsFirst() {
    return attend.mask().kept() > 0;
  }

  /// Whether scores are changed beyond a factor, which the exponential can take along.
  boolean bendsScores() {
    return attend.softCap() != 0 || !attend.slopes().isEmpty() || attend.keyBias() != null;
  }

  /// What a difference of scores is multiplied by in the exponential.
  float scale() {
    return bendsScores() ? 1 : (float) attend.scale();
  }

  /// What a score is multiplied by before its cap and bias.
  float scoreScale() {
    return (float) attend.scale();
  }

  float softCap() {
    return (float) attend.softCap();
  }

  float slope(int head) {
    return attend.slopes().isEmpty() ? 0 : attend.slopes().get(head).floatValue();
  }

  /// The largest score before any key: the head's sink, if there is one.
  float firstMax(int head) {
    return sinks == null ? Float.NEGATIVE_INFINITY : sinks[head] / scale();
  }

  /// The sum of exponentials before any key.
  float firstSum() {
    return sinks == null ? 0 : 1;
  }
}
