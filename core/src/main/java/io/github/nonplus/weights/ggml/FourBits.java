package io.github.nonplus.weights.ggml;

/// Tables of sixteen values.
final class FourBits {
  /// Twice the numbers of E2M1: one sign, two exponent and one mantissa bits.
  private static final byte[] E2M1 = {0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12};

  /// Values of IQ4_NL and IQ4_XS, closer to each other around zero.
  private static final byte[] NONLINEAR = {
    -127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113
  };

  private FourBits() {}

  static int e2m1(int code) {
    return E2M1[code & 15];
  }

  static int nonlinear(int code) {
    return NONLINEAR[code & 15];
  }
}
