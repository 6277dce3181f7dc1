package io.github.nonplus.program;

/// The nonlinearity of a gate.
public enum Activation {
  /// x · sigmoid(x)
  SILU
}
