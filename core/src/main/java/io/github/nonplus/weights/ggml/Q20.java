package io.github.nonplus.weights.ggml;

/// 64 codes of 2 bits and a scale: d · (q − 1), four neighbours a byte.
record Q20() implements BlockFormat {
  @Override
  public String name() {
    return "Q2_0";
  }

  @Override
  public int weights() {
    return 64;
  }

  @Override
  public int bytes() {
    return 18;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    for (int i = 0; i < 64; i++) {
      target[offset + i] = ((data[at + 2 + i / 4] >> 2 * (i % 4) & 3) - 1) * d;
    }
  }
}
