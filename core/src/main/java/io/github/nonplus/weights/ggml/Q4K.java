package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 256 codes of 4 bits. Each 32 have a scale and a minimum of 6 bits, multiples of two numbers of
/// the block: (d · s) · q − (dmin · m). A byte holds weights i and i + 32.
record Q4K() implements BlockFormat {
  @Override
  public String name() {
    return "Q4_K";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 144;
  }

  @Override
  public Groups groups() {
    return Groups.withOffsets(32);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    KScales.write(data, at, groups, n / 32);
    for (int pair = 0; pair < 4; pair++) {
      Eights.nibbles(data, at + 16 + 32 * pair, 32, groups.numbers, n + 64 * pair);
    }
  }
}
