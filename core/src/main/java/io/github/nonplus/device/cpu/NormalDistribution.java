package io.github.nonplus.device.cpu;

/// The normal distribution's tail in float32, Φ(−|x|) = erfc(|x| / √2) / 2, within 5e-7 of its
/// value where that is a normal number. As in [Exponential], the same few operations in the same
/// order for one number or for a vector of them.
///
/// With z = |x| / √2 and t = 1 / (1 + 0.4 z), erfc(z) = e^(−z²) · t · p(t), with a polynomial p of
/// degree 9 fitted to the least relative error (6.4e-9) over z ≤ 9.4, beyond which e^(−z²) is 0.
public final class NormalDistribution {
  /// 0.4 / √2.
  public static final float RATE = 0x1.21a186p-2f;

  public static final float E0 = 0x1.ce41d2p-3f;
  public static final float E1 = 0x1.cc85c2p-3f;
  public static final float E2 = 0x1.b9a01cp-3f;
  public static final float E3 = 0x1.02cb44p-3f;
  public static final float E4 = 0x1.205218p-2f;
  public static final float E5 = -0x1.35271cp-2f;
  public static final float E6 = 0x1.230096p-1f;
  public static final float E7 = -0x1.075f4p-1f;
  public static final float E8 = 0x1.a30652p-3f;
  public static final float E9 = -0x1.f8a4cap-6f;

  private NormalDistribution() {}

  /// Φ(−|x|).
  public static float tail(float x) {
    float t = 1 / Math.fma(RATE, Math.abs(x), 1);
    float p = Math.fma(E9, t, E8);
    p = Math.fma(p, t, E7);
    p = Math.fma(p, t, E6);
    p = Math.fma(p, t, E5);
    p = Math.fma(p, t, E4);
    p = Math.fma(p, t, E3);
    p = Math.fma(p, t, E2);
    p = Math.fma(p, t, E1);
    p = Math.fma(p, t, E0);
    return 0.5f * (Exponential.of(-0.5f * (x * x)) * (t * p));
  }
}
