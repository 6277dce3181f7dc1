package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 32 codes of 4 bits into a table, and a scale. A byte holds weights i and i + 16.
record Iq4Nl() implements BlockFormat {
  @Override
  public String name() {
    return "IQ4_NL";
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
    return Groups.of(32, FourBits.NONLINEAR);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    groups.scales[n / 32] = Bytes.half(data, at);
    Eights.nibbles(data, at + 2, 16, groups.numbers, n);
  }
}
