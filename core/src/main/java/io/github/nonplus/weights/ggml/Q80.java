package io.github.nonplus.weights.ggml;

/// 32 signed bytes and a scale: q · d.
record Q80() implements BlockFormat {
  @Override
  public String name() {
    return "Q8_0";
  }

  @Override
  public int weights() {
    return 32;
  }

  @Override
  public int bytes() {
    return 34;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    for (int i = 0; i < 32; i++) {
      target[offset + i] = data[at + 2 + i] * d;
    }
  }
}
