package io.github.nonplus.weights.ggml;

/// 256 codes of 5 bits with scales and minimums as in Q4_K; the fifth bits lie before the others.
record Q5K() implements BlockFormat {
  @Override
  public String name() {
    return "Q5_K";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 176;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    float dmin = Bytes.half(data, at + 2);
    for (int group = 0; group < 8; group++) {
      float scale = d * KScales.scale(data, at + 4, group);
      float minimum = dmin * KScales.minimum(data, at + 4, group);
      int codes = at + 48 + group / 2 * 32;
      int shift = group % 2 * 4;
      int out = offset + 32 * group;
      for (int i = 0; i < 32; i++) {
        int fifth = data[at + 16 + i] >> group & 1;
        target[out + i] = scale * (data[codes + i] >> shift & 15 | fifth << 4) - minimum;
      }
    }
  }
}
