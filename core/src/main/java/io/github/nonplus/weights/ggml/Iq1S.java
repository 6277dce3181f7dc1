package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 256 weights as points of eight: 8 bits of the point, then for each 32 weights 16 bits: 4 × 3
/// upper bits, 3 bits of a scale, d · (2 s + 1), and whether an eighth is added to each weight or
/// taken.
record Iq1S() implements BlockFormat {
  static final float EIGHTH = 0.125f;

  private static final Grid MORE = Grid.of("iq1_s.txt", -7, 1, 9);
  private static final Grid LESS = Grid.of("iq1_s.txt", -9, -1, 7);

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
  public Groups groups() {
    return Groups.of(32, EIGHTH);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    float d = Bytes.half(data, at);
    for (int i = 0; i < 32; i++) {
      int word = Bytes.unsigned16(data, at + 34 + i / 4 * 2);
      groups.scales[n / 32 + i / 4] = d * (2 * (word >> 12 & 7) + 1);
      int point = Bytes.unsigned(data, at + 2 + i) | (word >> i % 4 * 3 & 7) << 8;
      Eights.put(groups.numbers, n + 8 * i, eighths(point, (word & 0x8000) != 0));
    }
  }

  /// Eight weights −1, 0 or 1, each an eighth more or less, in eighths.
  static long eighths(int point, boolean isLess) {
    return (isLess ? LESS : MORE).point(point);
  }
}
