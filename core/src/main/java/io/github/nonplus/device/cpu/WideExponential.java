package io.github.nonplus.device.cpu;

/// e to the power of a number that is not positive, in float64 and within 2 units in the last
/// place; 0 where the result would not be a normal number. As in [Exponential], the same few
/// operations in the same order for one number or for a vector of them.
///
/// x = n · ln 2 + r, |r| ≤ ln 2 / 2, and e^x = 2^n · (1 + r + r² · q(r)), where q is the Taylor
/// series of (e^r − 1 − r) / r² up to r^11: what is left out is r^14 / 14!, less than 5e-18.
public final class WideExponential {
  /// Below, the result is 0: 1021 · ln 2, so that 2^n is a normal number.
  public static final double LEAST = -707.7032713652975;

  public static final double LOG2_E = 0x1.71547652b82fep+0;

  /// 1.5 · 2^52. Added to a small number, it leaves the nearest integer in the lowest bits.
  public static final double ROUNDER = 0x1.8p+52;

  /// ln 2 as the sum of two float64; the first has few enough bits that n times it is exact.
  public static final double LN2_HIGH = 0x1.62e42feep-1;

  public static final double LN2_LOW = 0x1.a39ef35793c76p-33;

  /// Bits of a float64 below its exponent.
  public static final int MANTISSA_BITS = 52;

  // Coefficients of q: that of r^i is 1 / (i + 2)!.
  public static final double Q0 = 1.0 / 2;
  public static final double Q1 = 1.0 / 6;
  public static final double Q2 = 1.0 / 24;
  public static final double Q3 = 1.0 / 120;
  public static final double Q4 = 1.0 / 720;
  public static final double Q5 = 1.0 / 5040;
  public static final double Q6 = 1.0 / 40320;
  public static final double Q7 = 1.0 / 362880;
  public static final double Q8 = 1.0 / 3628800;
  public static final double Q9 = 1.0 / 39916800;
  public static final double Q10 = 1.0 / 479001600;
  public static final double Q11 = 1.0 / 6227020800.0;

  private WideExponential() {}

  /// e^x for x ≤ 0.
  public static double of(double x) {
    if (x < LEAST) {
      return 0;
    }
    double shifted = Math.fma(x, LOG2_E, ROUNDER);
    double n = shifted - ROUNDER;
    double r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, x));
    double q = Math.fma(Q11, r, Q10);
    q = Math.fma(q, r, Q9);
    q = Math.fma(q, r, Q8);
    q = Math.fma(q, r, Q7);
    q = Math.fma(q, r, Q6);
    q = Math.fma(q, r, Q5);
    q = Math.fma(q, r, Q4);
    q = Math.fma(q, r, Q3);
    q = Math.fma(q, r, Q2);
    q = Math.fma(q, r, Q1);
    q = Math.fma(q, r, Q0);
    double mantissa = 1 + Math.fma(q, r * r, r);
    long exponent = Double.doubleToRawLongBits(shifted) << MANTISSA_BITS;
    return Double.longBitsToDouble(Double.doubleToRawLongBits(mantissa) + exponent);
  }
}
