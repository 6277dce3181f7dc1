package io.github.nonplus.weights.ggml;

/// 256 codes of 2 bits. Each 16 have a scale and a minimum of 4 bits, which are multiples of two
/// numbers of the block: (d · s) · q − (dmin · m). A byte holds weights i, i + 32, i + 64, i + 96.
record Q2K() implements BlockFormat {
  @Override
  public String name() {
    return "Q2_K";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 84;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at + 80);
    float dmin = Bytes.half(data, at + 82);
    for (int group = 0; group < 16; group++) {
      int both = Bytes.unsigned(data, at + group);
      float scale = d * (both & 15);
      float minimum = dmin * (both >> 4);
      int codes = at + 16 + group / 8 * 32 + group % 2 * 16;
      int shift = group % 8 / 2 * 2;
      for (int i = 0; i < 16; i++) {
        target[offset + 16 * group + i] = scale * (data[codes + i] >> shift & 3) - minimum;
      }
    }
  }
}
