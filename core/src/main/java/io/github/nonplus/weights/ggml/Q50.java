package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 32 codes of 5 bits and a scale: d · (q − 16). The fifth bits of all lie in a word of their own,
/// before the lower four as in Q4_0.
record Q50() implements BlockFormat {
  @Override
  public String name() {
    return "Q5_0";
  }

  @Override
  public int weights() {
    return 32;
  }

  @Override
  public int bytes() {
    return 22;
  }

  @Override
  public Groups groups() {
    return Groups.of(32);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    groups.scales[n / 32] = Bytes.half(data, at);
    int high = Bytes.word(data, at + 2);
    for (int i = 0; i < 16; i += 8) {
      long codes = Eights.get(data, at + 6 + i);
      long low = Eights.bits(codes, 0, 15) | Eights.spread(high >> i) << 4;
      Eights.put(groups.numbers, n + i, Eights.minus(low, 16));
      long upper = Eights.bits(codes, 4, 15) | Eights.spread(high >> i + 16) << 4;
      Eights.put(groups.numbers, n + i + 16, Eights.minus(upper, 16));
    }
  }
}
