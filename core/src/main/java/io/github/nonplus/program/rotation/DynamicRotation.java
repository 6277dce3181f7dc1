package io.github.nonplus.program.rotation;

/// Dynamic NTK scaling: the base grows for windows above `maxPositions`, and the whole window uses
/// the base of its own length. (A library that keeps the last base between calls gives other
/// numbers for a short window after a long one; here a window's result never depends on another.)
public record DynamicRotation(double base, double factor, int maxPositions) implements Rotation {
  public DynamicRotation {
    Rotation.requirePositive("rope_theta", base);
    Rotation.requirePositive("factor", factor);
    Rotation.requirePositive("max_position_embeddings", maxPositions);
  }

  @Override
  public double[] frequencies(int width, int windowLength) {
    double length = Math.max(windowLength, maxPositions);
    double growth = factor * length / maxPositions - (factor - 1);
    return Rotation.powers(base * StrictMath.pow(growth, width / (width - 2.0)), width);
  }

  @Override
  public boolean dependsOnWindow() {
    return true;
  }
}
