package io.github.nonplus.program.rotation;

/// YaRN as TVM has it for the second half of a head: pair i turns as fast as pair i of the first
/// half would, but is on the ramp where the first half's pair i + width / 2 would be. The ends of
/// the ramp are not rounded, and there is no attention factor.
public record LateYarnRotation(
    double base, double factor, double betaFast, double betaSlow, int originalPositions)
    implements Rotation {
  /// That of a rotation of the first half.
  public static LateYarnRotation of(YarnRotation yarn) {
    return new LateYarnRotation(
        yarn.base(), yarn.factor(), yarn.betaFast(), yarn.betaSlow(), yarn.originalPositions());
  }

  public LateYarnRotation {
    early(base, factor, betaFast, betaSlow, originalPositions);
  }

  private static YarnRotation early(
      double base, double factor, double betaFast, double betaSlow, int originalPositions) {
    return new YarnRotation(base, factor, betaFast, betaSlow, originalPositions, false, 1);
  }

  @Override
  public double[] frequencies(int width, int windowLength) {
    return early(base, factor, betaFast, betaSlow, originalPositions).later(width / 2, width);
  }
}
