package io.github.nonplus.reference.pytorch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.JniUtils;
import io.github.nonplus.reference.Precision;
import java.util.Optional;

/// Which type each part of the forward pass is computed in: weights, products and residuals in the
/// narrow one, which is bfloat16 or the same as the wide one.
///
/// @param wide of what is delicate: norms, rotary angles, the softmax of attention, and losses.
///   transformers computes these in float32 even where the model is in float64; here float64 is
///   float64 throughout
/// @param rounding to bfloat16, absent where both types are one
record Arithmetic(DataType wide, Optional<BfloatRounding> rounding) {
  static Arithmetic of(Precision precision, NDManager manager) {
    return switch (precision) {
      case FLOAT32, FP4, NF4 -> new Arithmetic(DataType.FLOAT32, Optional.empty());
      case FLOAT64 -> new Arithmetic(DataType.FLOAT64, Optional.empty());
      case BFLOAT16 ->
          new Arithmetic(DataType.FLOAT32, Optional.of(BfloatRounding.load((PtNDManager) manager)));
    };
  }

  /// `x`, which is wide, in the narrow type.
  NDArray narrowed(NDArray x) {
    return rounding.map(each -> each.rounded((PtNDArray) x)).orElse(x);
  }

  /// `x`, which is narrow, in the wide type.
  NDArray widened(NDArray x) {
    return rounding.isPresent() ? JniUtils.to((PtNDArray) x, wide, Device.cpu()) : x;
  }

  /// Its name in results.
  String label() {
    if (rounding.isPresent()) {
      return "bfloat16; norms, softmax and losses in float32";
    }
    return wide == DataType.FLOAT64 ? "float64" : "float32";
  }
}
