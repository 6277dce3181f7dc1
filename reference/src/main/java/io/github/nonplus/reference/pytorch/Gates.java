package io.github.nonplus.reference.pytorch;

import ai.djl.ndarray.NDArray;
import io.github.nonplus.reference.family.Decoder.Activation;

/// The functions of gates.
final class Gates {
  private static final double ROOT = Math.sqrt(2 / Math.PI);

  private Gates() {}

  /// A new array.
  static NDArray apply(Activation activation, NDArray x) {
    return switch (activation) {
      case SILU -> x.getNDArrayInternal().sigmoid().muli(x);
      case GELU -> x.getNDArrayInternal().gelu();
      case GELU_TANH ->
          x.square().mul(x).muli(0.044715).addi(x).muli(ROOT).tanh().addi(1).muli(x).muli(0.5);
      case RELU -> x.getNDArrayInternal().relu();
    };
  }

  /// `cap` tanh(x / `cap`), or `x` itself where there is no cap.
  static NDArray capped(NDArray x, double cap) {
    return cap == 0 ? x : x.div(cap).tanh().muli(cap);
  }
}
