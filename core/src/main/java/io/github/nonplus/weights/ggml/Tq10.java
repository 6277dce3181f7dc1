package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Groups;

/// 256 codes of three values, five a byte, and a scale: d · (q − 1). A byte is a fraction of 256:
/// what is above the point after it has been multiplied by a power of three is the code.
record Tq10() implements BlockFormat {
  @Override
  public String name() {
    return "TQ1_0";
  }

  @Override
  public int weights() {
    return 256;
  }

  @Override
  public int bytes() {
    return 54;
  }

  @Override
  public Groups groups() {
    return Groups.of(256);
  }

  @Override
  public void split(byte[] data, int at, Groups groups, int n) {
    groups.scales[n / 256] = Bytes.half(data, at + 52);
    split(data, at, 32, 5, groups.numbers, n);
    split(data, at + 32, 16, 5, groups.numbers, n + 160);
    split(data, at + 48, 4, 4, groups.numbers, n + 240);
  }

  private static void split(byte[] data, int at, int bytes, int each, byte[] numbers, int n) {
    int power = 1;
    for (int digit = 0; digit < each; digit++, power *= 3) {
      for (int i = 0; i < bytes; i++) {
        int code = (data[at + i] * power & 0xFF) * 3 >> 8;
        numbers[n + digit * bytes + i] = (byte) (code - 1);
      }
    }
  }
}
