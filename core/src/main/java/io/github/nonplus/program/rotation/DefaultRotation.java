package io.github.nonplus.program.rotation;

/// Frequencies base^(−2i/width), unscaled.
public record DefaultRotation(double base) implements Rotation {
  public DefaultRotation {
    Rotation.requirePositive("rope_theta", base);
  }

  @Override
  public double[] frequencies(int width, int windowLength) {
    return Rotation.powers(base, width);
  }
}
