package io.github.nonplus.model;

import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.DynamicRotation;
import io.github.nonplus.program.rotation.LinearRotation;
import io.github.nonplus.program.rotation.Llama3Rotation;
import io.github.nonplus.program.rotation.Rotation;
import io.github.nonplus.program.rotation.YarnRotation;
import java.util.Set;

/// Reads an object such as `rope_scaling`, whose `rope_type` (once `type`) says which numbers it
/// needs.
///
/// @param base of the rotation
/// @param original positions that the model was first trained on
/// @param maxPositions of the model
record ScalingReader(ConfigReader rope, double base, int original, int maxPositions) {
  /// What changes no scaling, but `original_max_position_embeddings` beside dynamic scaling: there,
  /// versions of transformers differ. `finetuned` stands in the first YaRN checkpoints.
  private static final Set<String> HARMLESS =
      Set.of("rope_theta", "partial_rotary_factor", "finetuned");

  Rotation read() {
    String type = type(rope);
    try {
      Rotation rotation =
          switch (type) {
            case "default" -> new DefaultRotation(base);
            case "linear" -> new LinearRotation(base, required("factor"));
            case "dynamic" -> dynamic();
            case "llama3" ->
                new Llama3Rotation(
                    base,
                    required("factor"),
                    required("low_freq_factor"),
                    required("high_freq_factor"),
                    original);
            case "yarn" -> yarn();
            default ->
                throw rope.failure(
                    "rope_type '%s' is not implemented; known are default, linear, dynamic, llama3, yarn"
                        .formatted(type));
          };
      rope.refuseUnknown(HARMLESS);
      return rotation;
    } catch (IllegalArgumentException e) {
      throw rope.failure(e.getMessage());
    }
  }

  /// The type, under either name.
  static String type(ConfigReader rope) {
    String older = rope.stringOr("type", "default");
    String type = rope.stringOr("rope_type", older);
    if (rope.find("type").isPresent() && !type.equals(older)) {
      throw rope.failure(
          "rope_type is '%s' and type '%s'; remove the one that is wrong".formatted(type, older));
    }
    return type;
  }

  private DynamicRotation dynamic() {
    if (original != maxPositions) {
      throw rope.failure(
          ("original_max_position_embeddings is %d and max_position_embeddings %d: which of them"
                  + " dynamic scaling begins at depends on who reads them; remove the former")
              .formatted(original, maxPositions));
    }
    return new DynamicRotation(base, required("factor"), maxPositions);
  }

  private YarnRotation yarn() {
    double factor = required("factor");
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

  private double required(String key) {
    return rope.findNumber(key).orElseThrow(() -> rope.failure(key + " is missing"));
  }
}
