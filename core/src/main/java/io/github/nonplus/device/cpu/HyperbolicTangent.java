package io.github.nonplus.device.cpu;

/// tanh in float32, within 2 units in the last place. As in [Exponential], the same few operations
/// in the same order for one number or for a vector of them.
///
/// Below [#POLYNOMIAL] it is x + x³ · r(x²), with a polynomial r of degree 4 fitted to the least
/// relative error (1.3e-7 of the second term); beyond, (1 − e) / (1 + e) with e = e^(−2|x|), where
/// nothing of weight is cancelled.
public final class HyperbolicTangent {
  public static final float POLYNOMIAL = 0.625f;

  public static final float T0 = -0x1.555552p-2f;
  public static final float T1 = 0x1.110e1ep-3f;
  public static final float T2 = -0x1.b925a2p-5f;
  public static final float T3 = 0x1.580546p-6f;
  public static final float T4 = -0x1.8f9194p-8f;

  private HyperbolicTangent() {}

  /// tanh x.
  public static float of(float x) {
    float magnitude = Math.abs(x);
    float e = Exponential.of(-2 * magnitude);
    float far = (1 - e) / (1 + e);
    float square = x * x;
    float r =
        Math.fma(Math.fma(Math.fma(Math.fma(T4, square, T3), square, T2), square, T1), square, T0);
    float near = Math.fma(r * square, magnitude, magnitude);
    return Math.copySign(magnitude < POLYNOMIAL ? near : far, x);
  }
}
