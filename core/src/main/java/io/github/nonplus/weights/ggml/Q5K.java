package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 256 codes of 5 bits with scales and minimums as in Q4_K; the fifth bits lie before the others.
record Q5K() implements BlockFormat {
  @Override
  public String name() {
    return "Q5_K";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 176;
  }

  @Override
  public Groups groups() {
    return Groups.withOffsets(32);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    KScales.write(data, at, groups, n / 32);
    for (int pair = 0; pair < 4; pair++) {
      pair(data, at + 48 + 32 * pair, at + 16, 2 * pair, groups.numbers, n + 64 * pair);
    }
  }

  private static void pair(byte[] data, int at, int high, int shift, byte[] numbers, int n) {
    for (int i = 0; i < 32; i += 8) {
      long codes = Eights.get(data, at + i);
      long fifths = Eights.get(data, high + i) >>> shift;
      long low = Eights.bits(codes, 0, 15) | Eights.bits(fifths, 0, 1) << 4;
      Eights.put(numbers, n + i, low);
      long upper = Eights.bits(codes, 4, 15) | Eights.bits(fifths, 1, 1) << 4;
      Eights.put(numbers, n + i + 32, upper);
    }
  }
}
