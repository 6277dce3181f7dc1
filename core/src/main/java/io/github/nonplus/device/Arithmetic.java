package io.github.nonplus.device;

/// What a device rounds the numbers between operations to. Sums are float32 everywhere.
public enum Arithmetic {
  /// Every product and sum in float32.
  FLOAT32("float32", 0x1p-24),
  /// Factors of products rounded to float16, as matrix units take them; sums in float32.
  FLOAT16("float16 factors, float32 sums", 0x1p-11);

  private final String words;
  private final double roundoff;

  Arithmetic(String words, double roundoff) {
    this.words = words;
    this.roundoff = roundoff;
  }

  /// How a result names it.
  public String words() {
    return words;
  }

  /// The largest relative error of rounding a number between operations.
  public double roundoff() {
    return roundoff;
  }
}
