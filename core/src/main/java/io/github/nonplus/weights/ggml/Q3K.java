package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 256 codes of 3 bits. Each 16 have a scale of 6 bits, a multiple of the block's: (d · (s − 32)) ·
/// (q − 4). The third bits lie apart, as do the upper bits of scales.
record Q3K() implements BlockFormat {
  @Override
  public String name() {
    return "Q3_K";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 110;
  }

  @Override
  public Groups groups() {
    return Groups.of(16);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    float d = Bytes.half(data, at + 108);
    for (int group = 0; group < 16; group++) {
      groups.scales[n / 16 + group] = d * (scale(data, at + 96, group) - 32);
    }
    half(data, at + 32, at, 0, groups.numbers, n);
    half(data, at + 64, at, 4, groups.numbers, n + 128);
  }

  private static void half(byte[] data, int at, int high, int shift, byte[] numbers, int n) {
    for (int i = 0; i < 32; i += 8) {
      long codes = Eights.get(data, at + i);
      long thirds = Eights.get(data, high + i) >>> shift;
      Eights.put(numbers, n + i, number(codes, thirds));
      Eights.put(numbers, n + i + 32, number(codes >>> 2, thirds >>> 1));
      Eights.put(numbers, n + i + 64, number(codes >>> 4, thirds >>> 2));
      Eights.put(numbers, n + i + 96, number(codes >>> 6, thirds >>> 3));
    }
  }

  private static long number(long codes, long thirds) {
    return Eights.minus(Eights.bits(codes, 0, 3) | Eights.bits(thirds, 0, 1) << 2, 4);
  }

  /// Lower four bits of two scales a byte, then upper two of four.
  private static int scale(byte[] data, int at, int group) {
    int low = data[at + group % 8] >> group / 8 * 4 & 15;
    int high = data[at + 8 + group % 4] >> group / 4 * 2 & 3;
    return low | high << 4;
  }
}
