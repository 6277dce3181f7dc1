package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 256 weights as points of eight of the grid of IQ1_S: 8 bits of the point, then 3 upper bits and
/// whether an eighth is added or taken. Each 16 have 3 bits of a scale, d · (2 s + 1); d itself
/// lies in the highest bits of the four words of scales.
record Iq1M() implements BlockFormat {
  @Override
  public String name() {
    return "IQ1_M";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 56;
  }

  @Override
  public Groups groups() {
    return Groups.of(16, Iq1S.EIGHTH);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    int bits = 0;
    for (int i = 0; i < 4; i++) {
      bits |= Bytes.unsigned16(data, at + 48 + 2 * i) >> 12 << 4 * i;
    }
    float d = Float.float16ToFloat((short) bits);
    for (int i = 0; i < 32; i++) {
      int high = data[at + 32 + i / 2] >> i % 2 * 4;
      int scales = Bytes.unsigned16(data, at + 48 + i / 8 * 2);
      groups.scales[n / 16 + i / 2] = d * (2 * (scales >> i % 8 / 2 * 3 & 7) + 1);
      int point = Bytes.unsigned(data, at + i) | (high & 7) << 8;
      Eights.put(groups.numbers, n + 8 * i, Iq1S.eighths(point, (high & 8) != 0));
    }
  }
}
