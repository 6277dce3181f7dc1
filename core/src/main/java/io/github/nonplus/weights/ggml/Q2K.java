package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 256 codes of 2 bits. Each 16 have a scale and a minimum of 4 bits, which are multiples of two
/// numbers of the block: (d · s) · q − (dmin · m). A byte holds weights i, i + 32, i + 64, i + 96.
record Q2K() implements BlockFormat {
  @Override
  public String name() {
    return "Q2_K";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 84;
  }

  @Override
  public Groups groups() {
    return Groups.withOffsets(16);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    float d = Bytes.half(data, at + 80);
    float dmin = Bytes.half(data, at + 82);
    for (int group = 0; group < 16; group++) {
      int both = Bytes.unsigned(data, at + group);
      groups.scales[n / 16 + group] = d * (both & 15);
      groups.offsets[n / 16 + group] = -(dmin * (both >> 4));
    }
    half(data, at + 16, groups.numbers, n);
    half(data, at + 48, groups.numbers, n + 128);
  }

  private static void half(byte[] data, int at, byte[] numbers, int n) {
    for (int i = 0; i < 32; i += 8) {
      long codes = Eights.get(data, at + i);
      Eights.put(numbers, n + i, Eights.bits(codes, 0, 3));
      Eights.put(numbers, n + i + 32, Eights.bits(codes, 2, 3));
      Eights.put(numbers, n + i + 64, Eights.bits(codes, 4, 3));
      Eights.put(numbers, n + i + 96, Eights.bits(codes, 6, 3));
    }
  }
}
