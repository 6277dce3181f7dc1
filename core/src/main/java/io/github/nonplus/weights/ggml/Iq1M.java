package io.github.nonplus.weights.ggml;

/// 256 weights as points of eight of the grid of IQ1_S: 8 bits of the point, then 3 upper bits and
/// whether an eighth is added or taken. Each 16 have 3 bits of a scale, d · (2 s + 1); d itself
/// lies in the highest bits of the four words of scales.
record Iq1M() implements BlockFormat {
  @Override
  public String name() {
    return "IQ1_M";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 56;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    int bits = 0;
    for (int i = 0; i < 4; i++) {
      bits |= Bytes.unsigned16(data, at + 48 + 2 * i) >> 12 << 4 * i;
    }
    float d = Float.float16ToFloat((short) bits);
    for (int i = 0; i < 32; i++) {
      int high = data[at + 32 + i / 2] >> i % 2 * 4;
      int scales = Bytes.unsigned16(data, at + 48 + i / 8 * 2);
      float scale = d * (2 * (scales >> i % 8 / 2 * 3 & 7) + 1);
      float shift = (high & 8) != 0 ? -Iq1S.SHIFT : Iq1S.SHIFT;
      int point = Bytes.unsigned(data, at + i) | (high & 7) << 8;
      Iq1S.GRID.writeShifted(point, scale, shift, target, offset + 8 * i);
    }
  }
}
