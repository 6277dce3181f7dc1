package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 32 numbers of E2M1 and the exponent of a power of two: the table has twice the numbers, so the
/// scale is halved, down to subnormal ones. A byte holds weights i and i + 16.
record Mxfp4() implements BlockFormat {
  @Override
  public String name() {
    return "MXFP4";
  }

  @Override
  public int weights() {
    return 32;
  }

  @Override
  public int bytes() {
    return 17;
  }

  @Override
  public Groups groups() {
    return Groups.of(32, FourBits.E2M1);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    groups.scales[n / 32] = halved(Bytes.unsigned(data, at));
    Eights.nibbles(data, at + 1, 16, groups.numbers, n);
  }

  /// 2 to the power of exponent − 128. The byte 255 is an exponent like others.
  private static float halved(int exponent) {
    return Float.intBitsToFloat(exponent < 2 ? 0x0020_0000 << exponent : exponent - 1 << 23);
  }
}
