package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 64 codes of 2 bits and a scale: d · (q − 1), four neighbours a byte.
record Q20() implements BlockFormat {
  @Override
  public String name() {
    return "Q2_0";
  }

  @Override
  public int weights() {
    return 64;
  }

  @Override
  public int bytes() {
    return 18;
  }

  @Override
  public Groups groups() {
    return Groups.of(64);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    groups.scales[n / 64] = Bytes.half(data, at);
    for (int i = 0; i < 64; i += 8) {
      long codes = Eights.spreadPairs(Bytes.unsigned16(data, at + 2 + i / 4));
      Eights.put(groups.numbers, n + i, Eights.minus(codes, 1));
    }
  }
}
