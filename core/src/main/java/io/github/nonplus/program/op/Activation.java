package io.github.nonplus.program.op;

/// An activation function, of one number.
public enum Activation {
  /// x · sigmoid(x).
  SILU,
  /// x · Φ(x), with Φ(x) = (1 + erf(x / √2)) / 2.
  GELU,
  /// x · sigmoid(2u), u = √(2/π) · (x + 0.044715 x³): the approximation of [#GELU] by tanh(u).
  GELU_TANH,
  /// x · sigmoid(1.702 x).
  QUICK_GELU,
  /// max(x, 0).
  RELU,
  /// max(x, 0)².
  RELU_SQUARED,
  /// 1 / (1 + e^−x).
  SIGMOID,
  /// (e^x − e^−x) / (e^x + e^−x).
  TANH,
  /// x itself: a gate that only multiplies.
  IDENTITY
}
