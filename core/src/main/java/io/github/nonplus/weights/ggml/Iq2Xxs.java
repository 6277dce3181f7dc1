package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 256 weights as points of eight. Each 32 have four bytes of points, then a word: 4 × 7 bits of
/// signs, and 4 bits of a scale: d · (s + ½) / 4.
record Iq2Xxs() implements BlockFormat {
  private static final Grid GRID = Grid.of("iq2_xxs.txt", 8, 25, 43);

  @Override
  public String name() {
    return "IQ2_XXS";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 66;
  }

  @Override
  public Groups groups() {
    return Groups.of(32);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    float d = Bytes.half(data, at);
    for (int group = 0; group < 8; group++) {
      int points = at + 2 + 8 * group;
      int word = Bytes.word(data, points + 4);
      groups.scales[n / 32 + group] = d * (0.5f + (word >>> 28)) * 0.25f;
      for (int i = 0; i < 4; i++) {
        int signs = Grid.evenSigns(word >> 7 * i);
        long point = GRID.point(Bytes.unsigned(data, points + i));
        Eights.put(groups.numbers, n + 32 * group + 8 * i, Eights.signed(point, signs));
      }
    }
  }
}
