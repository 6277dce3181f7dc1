package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 256 codes of 4 bits into the table of IQ4_NL. Each 32 have a scale of 6 bits, a multiple of the
/// block's: d · (s − 32), whose upper two bits lie before the lower four.
record Iq4Xs() implements BlockFormat {
  @Override
  public String name() {
    return "IQ4_XS";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 136;
  }

  @Override
  public Groups groups() {
    return Groups.of(32, FourBits.NONLINEAR);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    float d = Bytes.half(data, at);
    int high = Bytes.unsigned16(data, at + 2);
    for (int group = 0; group < 8; group++) {
      int low = data[at + 4 + group / 2] >> group % 2 * 4 & 15;
      groups.scales[n / 32 + group] = d * ((low | (high >> 2 * group & 3) << 4) - 32);
      Eights.nibbles(data, at + 8 + 16 * group, 16, groups.numbers, n + 32 * group);
    }
  }
}
