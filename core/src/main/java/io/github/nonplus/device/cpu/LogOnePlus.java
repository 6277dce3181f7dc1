package io.github.nonplus.device.cpu;

/// ln(1 + e) for 0 ≤ e ≤ 1 in float32, within 2 units in the last place. As in [Exponential], the
/// same few operations in the same order for one number or for a vector of them.
///
/// It is 2 artanh(s) with s = e / (2 + e) ≤ 1/3, by the series s + s³/3 + s⁵/5 + …, of which what
/// follows s¹³/13 is less than 1.5e-8 of the whole. Nothing is cancelled for small e.
public final class LogOnePlus {
  public static final float S1 = 1f / 3;
  public static final float S2 = 1f / 5;
  public static final float S3 = 1f / 7;
  public static final float S4 = 1f / 9;
  public static final float S5 = 1f / 11;
  public static final float S6 = 1f / 13;

  private LogOnePlus() {}

  /// ln(1 + e).
  public static float of(float e) {
    float s = e / (2 + e);
    float z = s * s;
    float series = Math.fma(S6, z, S5);
    series = Math.fma(series, z, S4);
    series = Math.fma(series, z, S3);
    series = Math.fma(series, z, S2);
    series = Math.fma(series, z, S1);
    float twice = s + s;
    return Math.fma(twice * z, series, twice);
  }

  /// ln(1 + e^x).
  public static float softplus(float x) {
    return (x > 0 ? x : 0) + of(Exponential.of(-Math.abs(x)));
  }
}
