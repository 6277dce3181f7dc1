package io.github.nonplus.device.cpu;

/// The end of a sum in [Kernels#LANES] parts.
public final class Lanes {
  private Lanes() {}

  /// Joins the partial sums in a fixed order: the upper half is added to the lower one until one
  /// number is left. Spoils `lanes`.
  public static float sum(float[] lanes) {
    for (int half = Kernels.LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }

  /// The same in float64.
  public static double sum(double[] lanes) {
    for (int half = Kernels.LANES / 2; half > 0; half /= 2) {
      for (int i = 0; i < half; i++) {
        lanes[i] += lanes[i + half];
      }
    }
    return lanes[0];
  }
}
