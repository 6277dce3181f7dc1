package io.github.nonplus.device.cpu;

/// e to the power of a number that is not positive, in float32 and within 1.1 units in the last
/// place; 0 where the result would not be a normal number. The same few operations in the same
/// order for one number or for a vector of them, so both give the same bits.
///
/// x = n · ln 2 + r, |r| ≤ ln 2 / 2, and e^x = 2^n · (1 + r + r² · q(r)) with a polynomial q of
/// degree 4, fitted to the least relative error (3e-9 before rounding).
public final class Exponential {
  /// Below, the result is 0: 126 · ln 2, so that 2^n is a normal number.
  public static final float LEAST = -87.33654f;

  public static final float LOG2_E = 0x1.715476p+0f;

  /// 1.5 · 2^23. Added to a small number, it leaves the nearest integer in the lowest bits.
  public static final float ROUNDER = 0x1.8p+23f;

  /// ln 2 as the sum of two float32.
  public static final float LN2_HIGH = 0x1.62e43p-1f;

  public static final float LN2_LOW = -0x1.05c61p-29f;

  public static final float Q0 = 0x1.fffffcp-2f;
  public static final float Q1 = 0x1.55549p-3f;
  public static final float Q2 = 0x1.5558f4p-5f;
  public static final float Q3 = 0x1.123a6cp-7f;
  public static final float Q4 = 0x1.6a235p-10f;

  /// Bits of a float32 below its exponent.
  public static final int MANTISSA_BITS = 23;

  private Exponential() {}

  /// e^x − 1 for x ≤ 0, without the cancellation that a subtraction would bring near 0.
  public static float minusOne(float x) {
    if (x < LEAST) {
      return -1;
    }
    float shifted = Math.fma(x, LOG2_E, ROUNDER);
    float n = shifted - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    float fraction = Math.fma(series(r), r * r, r);
    int exponent = Float.floatToRawIntBits(shifted) << MANTISSA_BITS;
    float power = Float.intBitsToFloat(Float.floatToRawIntBits(1f) + exponent);
    return Math.fma(power, fraction, power - 1);
  }

  private static float series(float r) {
    return Math.fma(Math.fma(Math.fma(Math.fma(Q4, r, Q3), r, Q2), r, Q1), r, Q0);
  }

  /// e^x for x ≤ 0.
  public static float of(float x) {
    if (x < LEAST) {
      return 0;
    }
    float shifted = Math.fma(x, LOG2_E, ROUNDER);
    float n = shifted - ROUNDER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    float mantissa = 1 + Math.fma(series(r), r * r, r);
    int exponent = Float.floatToRawIntBits(shifted) << MANTISSA_BITS;
    return Float.intBitsToFloat(Float.floatToRawIntBits(mantissa) + exponent);
  }
}
