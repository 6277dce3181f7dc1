package io.github.nonplus.weights.ggml;

/// 32 codes of 5 bits as in Q5_0, a scale and a minimum: q · d + m.
record Q51() implements BlockFormat {
  @Override
  public String name() {
    return "Q5_1";
  }

  @Override
  public int weights() {
    return 32;
  }

  @Override
  public int bytes() {
    return 24;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    float m = Bytes.half(data, at + 2);
    int high = Bytes.word(data, at + 4);
    for (int i = 0; i < 16; i++) {
      int codes = data[at + 8 + i];
      target[offset + i] = (codes & 15 | (high >> i & 1) << 4) * d + m;
      target[offset + i + 16] = (codes >> 4 & 15 | (high >> i + 16 & 1) << 4) * d + m;
    }
  }
}
