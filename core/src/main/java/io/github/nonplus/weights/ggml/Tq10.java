package io.github.nonplus.weights.ggml;

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
  public void decode(byte[] data, int at, float[] target, int offset) {
    float d = Bytes.half(data, at + 52);
    int out = decode(data, at, 32, 5, d, target, offset);
    out = decode(data, at + 32, 16, 5, d, target, out);
    decode(data, at + 48, 4, 4, d, target, out);
  }

  private static int decode(
      byte[] data, int at, int bytes, int each, float d, float[] target, int offset) {
    int out = offset;
    int power = 1;
    for (int n = 0; n < each; n++, power *= 3) {
      for (int i = 0; i < bytes; i++) {
        int code = (data[at + i] * power & 0xFF) * 3 >> 8;
        target[out++] = (code - 1) * d;
      }
    }
    return out;
  }
}
