package io.github.nonplus.weights.ggml;

/// 256 weights as points of four: 8 bits of the point, then the ninth bits, then all signs. Each 32
/// have 4 bits of a scale: d · (2 s + 1).
record Iq3S() implements BlockFormat {
  private static final Grid GRID = Grid.of("iq3_s.txt", 1, 3, 5, 7, 9, 11, 13, 15);

  @Override
  public String name() {
    return "IQ3_S";
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
    float d = Bytes.half(data, at);
    for (int i = 0; i < 64; i++) {
      int ninth = data[at + 66 + i / 8] >> i % 8 & 1;
      int signs = data[at + 74 + i / 2] >> i % 2 * 4;
      float scale = d * (1 + 2 * (data[at + 106 + i / 16] >> i / 8 % 2 * 4 & 15));
      int point = Bytes.unsigned(data, at + 2 + i) | ninth << 8;
      GRID.write(point, scale, signs, target, offset + 4 * i);
    }
  }
}
