package io.github.nonplus.program.rotation;

/// Every frequency divided by `factor`: positions are squeezed together.
public record LinearRotation(double base, double factor) implements Rotation {
  public LinearRotation {
    Rotation.requirePositive("rope_theta", base);
    Rotation.requirePositive("factor", factor);
  }

  @Override
  public double[] frequencies(int width, int windowLength) {
    double[] frequencies = Rotation.powers(base, width);
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= factor;
    }
    return frequencies;
  }
}
