package io.github.nonplus.weights.ggml;

/// 256 weights as points of four, a byte each. Then for each 32 a word: 4 × 7 bits of signs, and 4
/// bits of a scale: d · (s + ½) / 2.
record Iq3Xxs() implements BlockFormat {
  private static final Grid GRID = Grid.of("iq3_xxs.txt", 4, 12, 20, 28, 36, 44, 52, 62);

  @Override
  public String name() {
    return "IQ3_XXS";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 98;
  }

  @Override
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at);
    for (int i = 0; i < 64; i++) {
      int word = Bytes.word(data, at + 66 + i / 8 * 4);
      float scale = d * (0.5f + (word >>> 28)) * 0.5f;
      int signs = Grid.evenSigns(word >> i % 8 / 2 * 7) >> i % 2 * 4;
      GRID.write(Bytes.unsigned(data, at + 2 + i), scale, signs, target, offset + 4 * i);
    }
  }
}
