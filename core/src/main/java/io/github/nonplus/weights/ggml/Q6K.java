package io.github.nonplus.weights.ggml;

/// 256 codes of 6 bits, a signed byte as scale for each 16, and a scale of the block: (d · s) · (q
/// − 32). Lower four bits first, then upper two.
record Q6K() implements BlockFormat {
  @Override
  public String name() {
    return "Q6_K";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 210;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at + 208);
    for (int group = 0; group < 16; group++) {
      float scale = d * data[at + 192 + group];
      int half = group / 8;
      int quarter = group % 8 / 2;
      int low = at + half * 64 + quarter % 2 * 32 + group % 2 * 16;
      int high = at + 128 + half * 32 + group % 2 * 16;
      for (int i = 0; i < 16; i++) {
        int code = data[low + i] >> quarter / 2 * 4 & 15 | (data[high + i] >> quarter * 2 & 3) << 4;
        target[offset + 16 * group + i] = scale * (code - 32);
      }
    }
  }
}
