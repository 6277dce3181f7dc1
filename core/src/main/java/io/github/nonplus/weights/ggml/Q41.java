package io.github.nonplus.weights.ggml;

/// 32 codes of 4 bits, a scale and a minimum: q · d + m. A byte holds weights i and i + 16.
record Q41() implements BlockFormat {
  @Override
  public String name() {
    return "Q4_1";
  }

  @Override
  public int weights() {
    return 32;
  }

  @Override
  public int bytes() {
    return 20;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    float m = Bytes.half(data, at + 2);
    for (int i = 0; i < 16; i++) {
      int codes = data[at + 4 + i];
      target[offset + i] = (codes & 15) * d + m;
      target[offset + i + 16] = (codes >> 4 & 15) * d + m;
    }
  }
}
