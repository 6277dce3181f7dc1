package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 32 codes of 4 bits and a scale: d · (q − 8). A byte holds weights i and i + 16.
record Q40() implements BlockFormat {
  @Override
  public String name() {
    return "Q4_0";
  }

  @Override
  public int weights() {
    return 32;
  }

  @Override
  public int bytes() {
    return 18;
  }

  @Override
  public Groups groups() {
    return Groups.of(32);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    groups.scales[n / 32] = Bytes.half(data, at);
    for (int i = 0; i < 16; i += 8) {
      long codes = Eights.get(data, at + 2 + i);
      Eights.put(groups.numbers, n + i, Eights.minus(Eights.bits(codes, 0, 15), 8));
      Eights.put(groups.numbers, n + i + 16, Eights.minus(Eights.bits(codes, 4, 15), 8));
    }
  }
}
