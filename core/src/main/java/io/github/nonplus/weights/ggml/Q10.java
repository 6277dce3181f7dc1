package io.github.nonplus.weights.ggml;

/// 128 signs and a scale: d where the bit is set, −d where it is not.
record Q10() implements BlockFormat {
  @Override
  public String name() {
    return "Q1_0";
  }

  @Override
  public int weights() {
    return 128;
  }

  @Override
  public int bytes() {
    return 18;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    for (int i = 0; i < 128; i++) {
      target[offset + i] = (data[at + 2 + i / 8] >> i % 8 & 1) != 0 ? d : -d;
    }
  }
}
