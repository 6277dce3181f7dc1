package io.github.nonplus.program.rotation;

/// Llama 3.1's frequency bands: fast pairs (more than `highFactor` turns within
/// `originalPositions`) are kept, slow ones (fewer than `lowFactor`) divided by `factor`, those
/// between blended. Llama 4's files have one number for both, so that none are between.
public record Llama3Rotation(
    double base, double factor, double lowFactor, double highFactor, int originalPositions)
    implements Rotation {
  public Llama3Rotation {
    Rotation.requirePositive("rope_theta", base);
    Rotation.requirePositive("factor", factor);
    Rotation.requirePositive("original_max_position_embeddings", originalPositions);
    if (!(highFactor >= lowFactor)) {
      throw new IllegalArgumentException(
          "high_freq_factor is %s, expected at least low_freq_factor, %s"
              .formatted(highFactor, lowFactor));
    }
  }

  @Override
  public double[] frequencies(int width, int windowLength) {
    double[] frequencies = Rotation.powers(base, width);
    for (int i = 0; i < frequencies.length; i++) {
      double turns = originalPositions * frequencies[i] / (2 * Math.PI);
      double kept =
          highFactor == lowFactor
              ? turns > lowFactor ? 1 : 0
              : Math.clamp((turns - lowFactor) / (highFactor - lowFactor), 0.0, 1.0);
      frequencies[i] = (1 - kept) * frequencies[i] / factor + kept * frequencies[i];
    }
    return frequencies;
  }
}
