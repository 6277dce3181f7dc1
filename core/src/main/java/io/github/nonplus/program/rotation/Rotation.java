package io.github.nonplus.program.rotation;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;

/// A rotary position embedding. At position p (0 at the start of a window) pair i of a head turns
/// by the angle place(p) · frequency(i), and the turned pair is multiplied by the attention factor.
///
/// To add one: a record here, its line in [Rotation] and its reading in `model.ScalingReader`.
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
  @JsonSubTypes.Type(value = DefaultRotation.class, name = "default"),
  @JsonSubTypes.Type(value = LinearRotation.class, name = "linear"),
  @JsonSubTypes.Type(value = DynamicRotation.class, name = "dynamic"),
  @JsonSubTypes.Type(value = Llama3Rotation.class, name = "llama3"),
  @JsonSubTypes.Type(value = YarnRotation.class, name = "yarn"),
  @JsonSubTypes.Type(value = LateYarnRotation.class, name = "late-yarn"),
  @JsonSubTypes.Type(value = LongRotation.class, name = "longrope"),
  @JsonSubTypes.Type(value = ProportionalRotation.class, name = "proportional"),
  @JsonSubTypes.Type(value = RollingRotation.class, name = "rolling")
})
public sealed interface Rotation
    permits DefaultRotation,
        LinearRotation,
        DynamicRotation,
        Llama3Rotation,
        YarnRotation,
        LateYarnRotation,
        LongRotation,
        ProportionalRotation,
        RollingRotation {
  /// Radians per position of each pair.
  ///
  /// @param width elements of a head that turn; there are width / 2 pairs
  /// @param windowLength tokens of the window, on which `dynamic` depends
  double[] frequencies(int width, int windowLength);

  /// Where a token is for its angles; at its position, but for caches that count anew.
  default int place(int position) {
    return position;
  }

  /// What cosine and sine are multiplied by.
  default double attentionFactor() {
    return 1;
  }

  /// Whether windows of different lengths turn differently.
  default boolean dependsOnWindow() {
    return false;
  }

  /// base^(−2i/width) for each pair i.
  static double[] powers(double base, int width) {
    double[] frequencies = new double[width / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = StrictMath.pow(base, -2.0 * i / width);
    }
    return frequencies;
  }

  /// Refuses a number that no rotation can have.
  static void requirePositive(String what, double value) {
    if (!(value > 0) || value == Double.POSITIVE_INFINITY) {
      throw new IllegalArgumentException(what + " is " + value + ", expected a number above 0");
    }
  }
}
