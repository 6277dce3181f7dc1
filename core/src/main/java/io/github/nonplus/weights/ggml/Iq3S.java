package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

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
  public Groups groups() {
    return Groups.of(32);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    float d = Bytes.half(data, at);
    for (int i = 0; i < 32; i++) {
      int scale = data[at + 106 + i / 8] >> i / 4 % 2 * 4 & 15;
      groups.scales[n / 32 + i / 4] = d * (1 + 2 * scale);
      int both = Bytes.unsigned16(data, at + 2 + 2 * i);
      int ninths = data[at + 66 + i / 4] >> i % 4 * 2;
      long first = GRID.point(both & 255 | (ninths & 1) << 8);
      long second = GRID.point(both >> 8 | (ninths & 2) << 7);
      long points = first | second << 32;
      Eights.put(groups.numbers, n + 8 * i, Eights.signed(points, data[at + 74 + i]));
    }
  }
}
