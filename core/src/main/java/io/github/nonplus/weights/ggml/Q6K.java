package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 256 codes of 6 bits, a signed byte as scale for each 16, and a scale of the block: (d · s) · (q
/// − 32). Lower four bits first, then upper two.
record Q6K() implements BlockFormat {
  @Override
  public String name() {
    return "Q6_K";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 210;
  }

  @Override
  public Groups groups() {
    return Groups.of(16);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    float d = Bytes.half(data, at + 208);
    for (int group = 0; group < 16; group++) {
      groups.scales[n / 16 + group] = d * data[at + 192 + group];
    }
    half(data, at, at + 128, groups.numbers, n);
    half(data, at + 64, at + 160, groups.numbers, n + 128);
  }

  private static void half(byte[] data, int at, int upper, byte[] numbers, int n) {
    for (int i = 0; i < 32; i += 8) {
      long first = Eights.get(data, at + i);
      long second = Eights.get(data, at + i + 32);
      long high = Eights.get(data, upper + i);
      Eights.put(numbers, n + i, number(first, high));
      Eights.put(numbers, n + i + 32, number(second, high >>> 2));
      Eights.put(numbers, n + i + 64, number(first >>> 4, high >>> 4));
      Eights.put(numbers, n + i + 96, number(second >>> 4, high >>> 6));
    }
  }

  private static long number(long low, long high) {
    return Eights.minus(Eights.bits(low, 0, 15) | Eights.bits(high, 0, 3) << 4, 32);
  }
}
