package io.github.nonplus.reference.pytorch;

import ai.djl.ndarray.types.DataType;
import io.github.nonplus.reference.Precision;

/// Which type each part of the forward pass is computed in.
///
/// @param compute of weights, products and residuals
/// @param wide of what is delicate: norms, rotary angles, the softmax of attention, and losses.
///   transformers computes these in float32 even where the model is in float64; here float64 is
///   float64 throughout
record Arithmetic(DataType compute, DataType wide) {
  static Arithmetic of(Precision precision) {
    return switch (precision) {
      case FLOAT32, FP4, NF4 -> new Arithmetic(DataType.FLOAT32, DataType.FLOAT32);
      case BFLOAT16 -> new Arithmetic(DataType.BFLOAT16, DataType.FLOAT32);
      case FLOAT64 -> new Arithmetic(DataType.FLOAT64, DataType.FLOAT64);
    };
  }

  /// Its name in results.
  String label() {
    return compute == DataType.FLOAT64 ? "float64" : "float32";
  }
}
