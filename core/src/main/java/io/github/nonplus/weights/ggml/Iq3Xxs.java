package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

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
  public Groups groups() {
    return Groups.of(32);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    float d = Bytes.half(data, at);
    for (int i = 0; i < 32; i++) {
      int word = Bytes.word(data, at + 66 + i / 4 * 4);
      groups.scales[n / 32 + i / 4] = d * (0.5f + (word >>> 28)) * 0.5f;
      int both = Bytes.unsigned16(data, at + 2 + 2 * i);
      long points = GRID.point(both & 255) | GRID.point(both >> 8) << 32;
      int signs = Grid.evenSigns(word >> i % 4 * 7);
      Eights.put(groups.numbers, n + 8 * i, Eights.signed(points, signs));
    }
  }
}
