package io.github.nonplus.weights.ggml;

/// 256 codes of 4 bits into the table of IQ4_NL. Each 32 have a scale of 6 bits, a multiple of the
/// block's: d · (s − 32), whose upper two bits lie before the lower four.
record Iq4Xs() implements BlockFormat {
  @Override
  public String name() {
    return "IQ4_XS";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 136;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    int high = Bytes.unsigned16(data, at + 2);
    for (int group = 0; group < 8; group++) {
      int low = data[at + 4 + group / 2] >> group % 2 * 4 & 15;
      float scale = d * ((low | (high >> 2 * group & 3) << 4) - 32);
      int codes = at + 8 + 16 * group;
      int out = offset + 32 * group;
      for (int i = 0; i < 16; i++) {
        target[out + i] = scale * FourBits.nonlinear(data[codes + i]);
        target[out + i + 16] = scale * FourBits.nonlinear(data[codes + i] >> 4);
      }
    }
  }
}
