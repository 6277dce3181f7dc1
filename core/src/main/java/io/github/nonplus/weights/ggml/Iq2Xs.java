package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

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
  public Groups groups() {
    return Groups.of(16);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    float d = Bytes.half(data, at);
    for (int i = 0; i < 32; i++) {
      int both = Bytes.unsigned16(data, at + 2 + 2 * i);
      int scale = data[at + 66 + i / 4] >> i % 4 / 2 * 4 & 15;
      groups.scales[n / 16 + i / 2] = d * (0.5f + scale) * 0.25f;
      long point = GRID.point(both & 511);
      Eights.put(groups.numbers, n + 8 * i, Eights.signed(point, Grid.evenSigns(both >> 9)));
    }
  }
}
