package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 128 signs and a scale: d where the bit is set, −d where it is not.
record Q10() implements BlockFormat {
  @Override
  public String name() {
    return "Q1_0";
  }

  @Override
  public int weights() {
    return 128;
  }

  @Override
  public int bytes() {
    return 18;
  }

  @Override
  public Groups groups() {
    return Groups.of(128);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    groups.scales[n / 128] = Bytes.half(data, at);
    for (int i = 0; i < 128; i += 8) {
      long bits = Eights.spread(data[at + 2 + i / 8]);
      Eights.put(groups.numbers, n + i, Eights.minus(bits << 1, 1));
    }
  }
}
