package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 32 codes of 4 bits, a scale and a minimum: q · d + m. A byte holds weights i and i + 16.
record Q41() implements BlockFormat {
  @Override
  public String name() {
    return "Q4_1";
  }

  @Override
  public int weights() {
    return 32;
  }

  @Override
  public int bytes() {
    return 20;
  }

  @Override
  public Groups groups() {
    return Groups.withOffsets(32);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    groups.scales[n / 32] = Bytes.half(data, at);
    groups.offsets[n / 32] = Bytes.half(data, at + 2);
    Eights.nibbles(data, at + 4, 16, groups.numbers, n);
  }
}
