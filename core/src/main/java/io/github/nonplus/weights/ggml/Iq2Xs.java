package io.github.nonplus.weights.ggml;

/// 256 weights as points of eight: 9 bits of the point and 7 of signs. Each 16 have 4 bits of a
/// scale: d · (s + ½) / 4.
record Iq2Xs() implements BlockFormat {
  private static final Grid GRID = Grid.of("iq2_xs.txt", 8, 25, 43);

  @Override
  public String name() {
    return "IQ2_XS";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 74;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    for (int i = 0; i < 32; i++) {
      int both = Bytes.unsigned16(data, at + 2 + 2 * i);
      float scale = d * (0.5f + (data[at + 66 + i / 4] >> i % 4 / 2 * 4 & 15)) * 0.25f;
      GRID.write(both & 511, scale, Grid.evenSigns(both >> 9), target, offset + 8 * i);
    }
  }
}
