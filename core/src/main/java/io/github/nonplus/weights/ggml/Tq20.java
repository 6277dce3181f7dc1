package io.github.nonplus.weights.ggml;

/// 256 codes of 2 bits and a scale: d · (q − 1). A byte holds weights i, i + 32, i + 64, i + 96.
record Tq20() implements BlockFormat {
  @Override
  public String name() {
    return "TQ2_0";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 66;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at + 64);
    for (int i = 0; i < 256; i++) {
      int code = data[at + i / 128 * 32 + i % 32] >> i % 128 / 32 * 2 & 3;
      target[offset + i] = (code - 1) * d;
    }
  }
}
