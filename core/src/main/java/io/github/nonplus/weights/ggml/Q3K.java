package io.github.nonplus.weights.ggml;

/// 256 codes of 3 bits. Each 16 have a scale of 6 bits, a multiple of the block's: (d · (s − 32)) ·
/// (q − 4). The third bits lie apart, as do the upper bits of scales.
record Q3K() implements BlockFormat {
  @Override
  public String name() {
    return "Q3_K";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 110;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at + 108);
    for (int group = 0; group < 16; group++) {
      float scale = d * (scale(data, at + 96, group) - 32);
      int codes = at + 32 + group / 8 * 32 + group % 2 * 16;
      int shift = group % 8 / 2 * 2;
      int high = at + group % 2 * 16;
      for (int i = 0; i < 16; i++) {
        int third = data[high + i] >> group / 2 & 1;
        target[offset + 16 * group + i] = scale * ((data[codes + i] >> shift & 3 | third << 2) - 4);
      }
    }
  }

  /// Lower four bits of two scales a byte, then upper two of four.
  private static int scale(byte[] data, int at, int group) {
    int low = data[at + group % 8] >> group / 8 * 4 & 15;
    int high = data[at + 8 + group % 4] >> group / 4 * 2 & 3;
    return low | high << 4;
  }
}
