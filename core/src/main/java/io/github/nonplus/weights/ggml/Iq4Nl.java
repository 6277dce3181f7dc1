package io.github.nonplus.weights.ggml;

/// 32 codes of 4 bits into a table, and a scale. A byte holds weights i and i + 16.
record Iq4Nl() implements BlockFormat {
  @Override
  public String name() {
    return "IQ4_NL";
  }

  @Override
  public int weights() {
    return 32;
  }

  @Override
  public int bytes() {
    return 18;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    for (int i = 0; i < 16; i++) {
      int codes = data[at + 2 + i];
      target[offset + i] = d * FourBits.nonlinear(codes);
      target[offset + i + 16] = d * FourBits.nonlinear(codes >> 4);
    }
  }
}
