package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 256 weights as points of eight: 8 bits of the point, then all signs, then the upper 2 bits. Each
/// 16 have 4 bits of a scale: d · (s + ½) / 4.
record Iq2S() implements BlockFormat {
  private static final Grid GRID = Grid.of("iq2_s.txt", 8, 25, 43);

  @Override
  public String name() {
    return "IQ2_S";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 82;
  }

  @Override
  public Groups groups() {
    return Groups.of(16);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    float d = Bytes.half(data, at);
    for (int i = 0; i < 32; i++) {
      int high = data[at + 66 + i / 4] >> i % 4 * 2 & 3;
      int scale = data[at + 74 + i / 4] >> i % 4 / 2 * 4 & 15;
      groups.scales[n / 16 + i / 2] = d * (0.5f + scale) * 0.25f;
      long point = GRID.point(Bytes.unsigned(data, at + 2 + i) | high << 8);
      Eights.put(groups.numbers, n + 8 * i, Eights.signed(point, data[at + 34 + i]));
    }
  }
}
