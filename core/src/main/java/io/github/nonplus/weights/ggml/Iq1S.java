package io.github.nonplus.weights.ggml;

/// 256 weights as points of eight: 8 bits of the point, then for each 32 weights 16 bits: 4 × 3
/// upper bits, 3 bits of a scale, d · (2 s + 1), and whether an eighth is added to each weight or
/// taken.
record Iq1S() implements BlockFormat {
  static final Grid GRID = Grid.of("iq1_s.txt", -1, 0, 1);
  static final float SHIFT = 0.125f;

  @Override
  public String name() {
    return "IQ1_S";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 50;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    for (int i = 0; i < 32; i++) {
      int word = Bytes.unsigned16(data, at + 34 + i / 4 * 2);
      float scale = d * (2 * (word >> 12 & 7) + 1);
      float shift = (word & 0x8000) != 0 ? -SHIFT : SHIFT;
      int point = Bytes.unsigned(data, at + 2 + i) | (word >> i % 4 * 3 & 7) << 8;
      GRID.writeShifted(point, scale, shift, target, offset + 8 * i);
    }
  }
}
