package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Eights;
import io.github.nonplus.weights.Groups;

/// 64 numbers of E2M1 and for each 16 a scale of four exponent and three mantissa bits, halved as
/// in MXFP4. A byte holds weights i and i + 8.
record Nvfp4() implements BlockFormat {
  @Override
  public String name() {
    return "NVFP4";
  }

  @Override
  public int weights() {
    return 64;
  }

  @Override
  public int bytes() {
    return 36;
  }

  @Override
  public Groups groups() {
    return Groups.of(16, FourBits.E2M1);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    for (int group = 0; group < 4; group++) {
      groups.scales[n / 16 + group] = halved(Bytes.unsigned(data, at + group));
      Eights.nibbles(data, at + 4 + 8 * group, 8, groups.numbers, n + 16 * group);
    }
  }

  /// Half the number. 7F, which stands for NaN elsewhere, is 0; the highest bit counts for nothing
  /// else.
  private static float halved(int bits) {
    if (bits == 0 || bits == 0x7F) {
      return 0;
    }
    int exponent = bits >> 3 & 15;
    int mantissa = bits & 7;
    float number =
        exponent == 0 ? mantissa * 0x1p-9f : (8 + mantissa) * Math.scalb(1f, exponent - 10);
    return number * 0.5f;
  }
}
