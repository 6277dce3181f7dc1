package io.github.nonplus.weights.ggml;

/// 32 codes of 4 bits and a scale: d · (q − 8). A byte holds weights i and i + 16.
record Q40() implements BlockFormat {
  @Override
  public String name() {
    return "Q4_0";
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
      target[offset + i] = ((codes & 15) - 8) * d;
      target[offset + i + 16] = ((codes >> 4 & 15) - 8) * d;
    }
  }
}
