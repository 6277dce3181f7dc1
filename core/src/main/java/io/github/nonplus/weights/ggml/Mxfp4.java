package io.github.nonplus.weights.ggml;

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
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = halved(Bytes.unsigned(data, at));
    for (int i = 0; i < 16; i++) {
      int codes = data[at + 1 + i];
      target[offset + i] = FourBits.e2m1(codes) * d;
      target[offset + i + 16] = FourBits.e2m1(codes >> 4) * d;
    }
  }

  /// 2 to the power of exponent − 128. The byte 255 is an exponent like others.
  private static float halved(int exponent) {
    return Float.intBitsToFloat(exponent < 2 ? 0x0020_0000 << exponent : exponent - 1 << 23);
  }
}
