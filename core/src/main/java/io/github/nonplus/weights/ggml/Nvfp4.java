package io.github.nonplus.weights.ggml;

/// 64 numbers of E2M1 and for each 16 a scale of four exponent and three mantissa bits, halved as
/// in MXFP4. A byte holds weights i and i + 8.
record Nvfp4() implements BlockFormat {
  @Override
  public String name() {
    return "NVFP4";
  }

  @Override
  public int weights() {
    return 64;
  }

  @Override
  public int bytes() {
    return 36;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    for (int group = 0; group < 4; group++) {
      float d = halved(Bytes.unsigned(data, at + group));
      for (int i = 0; i < 8; i++) {
        int codes = data[at + 4 + 8 * group + i];
        target[offset + 16 * group + i] = FourBits.e2m1(codes) * d;
        target[offset + 16 * group + i + 8] = FourBits.e2m1(codes >> 4) * d;
      }
    }
  }

  /// Half the number. 7F, which stands for NaN elsewhere, is 0; the highest bit counts for nothing
  /// else.
  private static float halved(int bits) {
    if (bits == 0 || bits == 0x7F) {
      return 0;
    }
    int exponent = bits >> 3 & 15;
    int mantissa = bits & 7;
    float number =
        exponent == 0 ? mantissa * 0x1p-9f : (8 + mantissa) * Math.scalb(1f, exponent - 10);
    return number * 0.5f;
  }
}
