package io.github.nonplus.program.rotation;

import java.util.List;

/// LongRoPE: each pair's frequency is divided by a factor of its own, from one list for windows of
/// up to `originalPositions` tokens and from another for longer ones: one choice for the window.
///
/// @param attentionFactor what cosine and sine are multiplied by, in short windows too
public record LongRotation(
    double base,
    List<Double> shortFactors,
    List<Double> longFactors,
    int originalPositions,
    double attentionFactor)
    implements Rotation {
  public LongRotation {
    shortFactors = List.copyOf(shortFactors);
    longFactors = List.copyOf(longFactors);
    Rotation.requirePositive("rope_theta", base);
    Rotation.requirePositive("original_max_position_embeddings", originalPositions);
    Rotation.requirePositive("attention_factor", attentionFactor);
    shortFactors.forEach(factor -> Rotation.requirePositive("short_factor", factor));
    longFactors.forEach(factor -> Rotation.requirePositive("long_factor", factor));
    if (shortFactors.size() != longFactors.size()) {
      throw new IllegalArgumentException(
          "short_factor has %d numbers, long_factor %d"
              .formatted(shortFactors.size(), longFactors.size()));
    }
  }

  /// The attention factor of a configuration that names none.
  ///
  /// @param stretch by how much the positions grow beyond the original ones
  public static double defaultAttentionFactor(double stretch, int originalPositions) {
    return stretch <= 1
        ? 1
        : Math.sqrt(1 + StrictMath.log(stretch) / StrictMath.log(originalPositions));
  }

  @Override
  public double[] frequencies(int width, int windowLength) {
    List<Double> factors = windowLength > originalPositions ? longFactors : shortFactors;
    double[] frequencies = Rotation.powers(base, width);
    if (factors.size() != frequencies.length) {
      throw new IllegalArgumentException(
          "%d factors for %d pairs".formatted(factors.size(), frequencies.length));
    }
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] /= factors.get(i);
    }
    return frequencies;
  }

  @Override
  public boolean dependsOnWindow() {
    return true;
  }
}
