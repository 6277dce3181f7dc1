package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 32 codes of 5 bits as in Q5_0, a scale and a minimum: q · d + m.
record Q51() implements BlockFormat {
  @Override
  public String name() {
    return "Q5_1";
  }

  @Override
  public int weights() {
    return 32;
  }

  @Override
  public int bytes() {
    return 24;
  }

  @Override
  public Groups groups() {
    return Groups.withOffsets(32);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    groups.scales[n / 32] = Bytes.half(data, at);
    groups.offsets[n / 32] = Bytes.half(data, at + 2);
    int high = Bytes.word(data, at + 4);
    for (int i = 0; i < 16; i += 8) {
      long codes = Eights.get(data, at + 8 + i);
      long low = Eights.bits(codes, 0, 15) | Eights.spread(high >> i) << 4;
      Eights.put(groups.numbers, n + i, low);
      long upper = Eights.bits(codes, 4, 15) | Eights.spread(high >> i + 16) << 4;
      Eights.put(groups.numbers, n + i + 16, upper);
    }
  }
}
