package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Groups;

/// 32 signed bytes and a scale: q · d.
record Q80() implements BlockFormat {
  @Override
  public String name() {
    return "Q8_0";
  }

  @Override
  public int weights() {
    return 32;
  }

  @Override
  public int bytes() {
    return 34;
  }

  @Override
  public Groups groups() {
    return Groups.of(32);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    groups.scales[n / 32] = Bytes.half(data, at);
    System.arraycopy(data, at + 2, groups.numbers, n, 32);
  }
}
