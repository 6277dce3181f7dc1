package io.github.nonplus.weights.ggml;

/// Tables of sixteen values.
final class FourBits {
  /// Twice the numbers of E2M1: one sign, two exponent and one mantissa bits.
  static final float[] E2M1 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  /// Values of IQ4_NL and IQ4_XS, closer to each other around zero.
  static final float[] NONLINEAR = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private FourBits() {}
}
