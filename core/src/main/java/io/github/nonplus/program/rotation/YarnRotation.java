package io.github.nonplus.program.rotation;

/// YaRN: pairs that turn more than `betaFast` times within `originalPositions` are kept, those that
/// turn less than `betaSlow` times divided by `factor`, with a linear ramp between.
///
/// @param truncate whether the ends of the ramp are rounded to whole pairs
/// @param attentionFactor what cosine and sine are multiplied by
public record YarnRotation(
    double base,
    double factor,
    double betaFast,
    double betaSlow,
    int originalPositions,
    boolean truncate,
    double attentionFactor)
    implements Rotation {
  public YarnRotation {
    Rotation.requirePositive("rope_theta", base);
    Rotation.requirePositive("factor", factor);
    Rotation.requirePositive("beta_fast", betaFast);
    Rotation.requirePositive("beta_slow", betaSlow);
    Rotation.requirePositive("original_max_position_embeddings", originalPositions);
    Rotation.requirePositive("attention_factor", attentionFactor);
  }

  /// The same with a ramp whose ends are not rounded, and without an attention factor.
  public YarnRotation plain() {
    return new YarnRotation(base, factor, betaFast, betaSlow, originalPositions, false, 1);
  }

  /// The attention factor of a configuration that names none.
  public static double defaultAttentionFactor(double factor) {
    return magnitude(factor, 1);
  }

  /// 0.1 · scale · ln(factor) + 1, or 1 where nothing is stretched.
  public static double magnitude(double factor, double scale) {
    return factor <= 1 ? 1 : 0.1 * scale * StrictMath.log(factor) + 1;
  }

  @Override
  public double[] frequencies(int width, int windowLength) {
    return later(0, width);
  }

  /// Those of pairs that are on the ramp where others would be.
  ///
  /// @param pairs how many pairs further on
  double[] later(int pairs, int width) {
    double low = pairTurning(betaFast, width);
    double high = pairTurning(betaSlow, width);
    if (truncate) {
      low = Math.floor(low);
      high = Math.ceil(high);
    }
    low = Math.max(low, 0);
    high = Math.min(high, width - 1);
    if (low == high) {
      high += 0.001;
    }
    double[] frequencies = Rotation.powers(base, width);
    for (int i = 0; i < frequencies.length; i++) {
      double divided = Math.clamp((i + pairs - low) / (high - low), 0.0, 1.0);
      frequencies[i] = divided * frequencies[i] / factor + (1 - divided) * frequencies[i];
    }
    return frequencies;
  }

  /// The (fractional) pair that turns `turns` times within the original context.
  private double pairTurning(double turns, int width) {
    return width
        * StrictMath.log(originalPositions / (2 * Math.PI * turns))
        / (2 * StrictMath.log(base));
  }
}
