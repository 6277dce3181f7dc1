package io.github.nonplus.weights.ggml;

/// 32 codes of 5 bits and a scale: d · (q − 16). The fifth bits of all lie in a word of their own,
/// before the lower four as in Q4_0.
record Q50() implements BlockFormat {
  @Override
  public String name() {
    return "Q5_0";
  }

  @Override
  public int weights() {
    return 32;
  }

  @Override
  public int bytes() {
    return 22;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    int high = Bytes.word(data, at + 2);
    for (int i = 0; i < 16; i++) {
      int codes = data[at + 6 + i];
      target[offset + i] = ((codes & 15 | (high >> i & 1) << 4) - 16) * d;
      target[offset + i + 16] = ((codes >> 4 & 15 | (high >> i + 16 & 1) << 4) - 16) * d;
    }
  }
}
