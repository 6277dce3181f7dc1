package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 256 codes of 2 bits and a scale: d · (q − 1). A byte holds weights i, i + 32, i + 64, i + 96.
record Tq20() implements BlockFormat {
  @Override
  public String name() {
    return "TQ2_0";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 66;
  }

  @Override
  public Groups groups() {
    return Groups.of(256);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    groups.scales[n / 256] = Bytes.half(data, at + 64);
    half(data, at, groups.numbers, n);
    half(data, at + 32, groups.numbers, n + 128);
  }

  private static void half(byte[] data, int at, byte[] numbers, int n) {
    for (int i = 0; i < 32; i += 8) {
      long codes = Eights.get(data, at + i);
      Eights.put(numbers, n + i, Eights.minus(Eights.bits(codes, 0, 3), 1));
      Eights.put(numbers, n + i + 32, Eights.minus(Eights.bits(codes, 2, 3), 1));
      Eights.put(numbers, n + i + 64, Eights.minus(Eights.bits(codes, 4, 3), 1));
      Eights.put(numbers, n + i + 96, Eights.minus(Eights.bits(codes, 6, 3), 1));
    }
  }
}
