package io.github.nonplus.model;

import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.DynamicRotation;
import io.github.nonplus.program.rotation.LinearRotation;
import io.github.nonplus.program.rotation.Llama3Rotation;
import io.github.nonplus.program.rotation.Rotation;
import io.github.nonplus.program.rotation.YarnRotation;
import java.util.Set;

/// Reads the rotary position embedding of a `config.json`: the older keys `rope_theta` and
/// `rope_scaling`, or the newer object `rope_parameters`.
public final class RotationReader {
  private static final double DEFAULT_BASE = 10_000;

  private RotationReader() {}

  /// @param maxPositions `max_position_embeddings`, which stands in for a missing original length
  public static Rotation read(ConfigReader config, int maxPositions) {
    double outerBase = config.positiveOr("rope_theta", DEFAULT_BASE);
    int original = config.intOr("original_max_position_embeddings", 1, -1);
    double partial = config.positiveOr("partial_rotary_factor", 1);
    ConfigReader parameters = config.findObject("rope_parameters").orElse(null);
    ConfigReader scaling = config.findObject("rope_scaling").orElse(null);
    double base = parameters == null ? outerBase : parameters.positiveOr("rope_theta", outerBase);
    // Where both stand in a file, rope_scaling wins.
    ConfigReader chosen = scaling != null ? scaling : parameters;
    if (chosen == null) {
      requireWhole(config, partial);
      return new DefaultRotation(base);
    }
    base = chosen.positiveOr("rope_theta", base);
    requireWhole(config, chosen.positiveOr("partial_rotary_factor", partial));
    return scaled(chosen, base, original, maxPositions);
  }

  /// Reads an object such as `rope_scaling` alone.
  ///
  /// @param base of the rotation, which stands outside the object
  public static Rotation scaled(ConfigReader rope, double base, int maxPositions) {
    return scaled(rope, base, -1, maxPositions);
  }

  private static void requireWhole(ConfigReader config, double partial) {
    if (partial != 1) {
      throw config.failure(
          "partial_rotary_factor is %s, but this architecture turns whole heads"
              .formatted(partial));
    }
  }

  private static Rotation scaled(
      ConfigReader rope, double base, int outerOriginal, int maxPositions) {
    String type = rope.stringOr("rope_type", rope.stringOr("type", "default"));
    try {
      Rotation rotation =
          switch (type) {
            case "default" -> new DefaultRotation(base);
            case "linear" -> new LinearRotation(base, required(rope, "factor"));
            case "dynamic" -> new DynamicRotation(base, required(rope, "factor"), maxPositions);
            case "llama3" ->
                new Llama3Rotation(
                    base,
                    required(rope, "factor"),
                    required(rope, "low_freq_factor"),
                    required(rope, "high_freq_factor"),
                    original(rope, outerOriginal, maxPositions));
            case "yarn" -> yarn(rope, base, original(rope, outerOriginal, maxPositions));
            default ->
                throw rope.failure(
                    "rope_type '%s' is not implemented; known are default, linear, dynamic, llama3, yarn"
                        .formatted(type));
          };
      rope.refuseUnknown(Set.of("rope_theta", "partial_rotary_factor"));
      return rotation;
    } catch (IllegalArgumentException e) {
      throw rope.failure(e.getMessage());
    }
  }

  private static YarnRotation yarn(ConfigReader rope, double base, int original) {
    double factor = required(rope, "factor");
    double scale = rope.findNumber("mscale").orElse(0.0);
    double scaleAllDimensions = rope.findNumber("mscale_all_dim").orElse(0.0);
    double attentionFactor =
        scale != 0 && scaleAllDimensions != 0
            ? YarnRotation.magnitude(factor, scale)
                / YarnRotation.magnitude(factor, scaleAllDimensions)
            : YarnRotation.defaultAttentionFactor(factor);
    return new YarnRotation(
        base,
        factor,
        rope.positiveOr("beta_fast", 32),
        rope.positiveOr("beta_slow", 1),
        original,
        rope.booleanOr("truncate", true),
        rope.positiveOr("attention_factor", attentionFactor));
  }

  private static int original(ConfigReader rope, int outer, int maxPositions) {
    int inner = rope.intOr("original_max_position_embeddings", 1, maxPositions);
    return outer > 0 ? outer : inner;
  }

  private static double required(ConfigReader rope, String key) {
    return rope.findNumber(key).orElseThrow(() -> rope.failure(key + " is missing"));
  }
}
