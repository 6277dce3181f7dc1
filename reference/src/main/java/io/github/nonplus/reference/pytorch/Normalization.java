package io.github.nonplus.reference.pytorch;

import static io.github.nonplus.reference.pytorch.Operators.within;

import ai.djl.ndarray.NDArray;
import io.github.nonplus.reference.family.Decoder.Norming;

/// Norms over the last dimension, in the wide type.
record Normalization(Norming norming, double epsilon, Arithmetic arithmetic) {
  /// @param weight of the last dimension, or of the last two
  NDArray apply(NDArray x, NDArray weight) {
    return within(
        () -> {
          NDArray wide = arithmetic.widened(x);
          int[] last = {x.getShape().dimension() - 1};
          NDArray centred = norming == Norming.LAYER ? wide.sub(wide.mean(last, true)) : wide;
          NDArray deviation = centred.square().mean(last, true).addi(epsilon).sqrt();
          NDArray normed = centred.div(deviation);
          return switch (norming) {
            case ROOT_MEAN_SQUARE -> arithmetic.narrowed(normed).mul(weight);
            case ROOT_MEAN_SQUARE_BEYOND_ONE ->
                arithmetic.narrowed(normed.mul(arithmetic.widened(weight).add(1)));
            case LAYER -> arithmetic.narrowed(normed.mul(arithmetic.widened(weight)));
          };
        });
  }
}
