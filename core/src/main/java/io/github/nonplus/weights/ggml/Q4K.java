package io.github.nonplus.weights.ggml;

/// 256 codes of 4 bits. Each 32 have a scale and a minimum of 6 bits, multiples of two numbers of
/// the block: (d · s) · q − (dmin · m). A byte holds weights i and i + 32.
record Q4K() implements BlockFormat {
  @Override
  public String name() {
    return "Q4_K";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 144;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    float dmin = Bytes.half(data, at + 2);
    for (int group = 0; group < 8; group++) {
      float scale = d * KScales.scale(data, at + 4, group);
      float minimum = dmin * KScales.minimum(data, at + 4, group);
      int codes = at + 16 + group / 2 * 32;
      int shift = group % 2 * 4;
      int out = offset + 32 * group;
      for (int i = 0; i < 32; i++) {
        target[out + i] = scale * (data[codes + i] >> shift & 15) - minimum;
      }
    }
  }
}
