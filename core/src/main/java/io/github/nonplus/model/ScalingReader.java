package io.github.nonplus.model;

import io.github.nonplus.program.op.Factor;
import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.DynamicRotation;
import io.github.nonplus.program.rotation.LinearRotation;
import io.github.nonplus.program.rotation.Llama3Rotation;
import io.github.nonplus.program.rotation.LongRotation;
import io.github.nonplus.program.rotation.ProportionalRotation;
import io.github.nonplus.program.rotation.Rotation;
import io.github.nonplus.program.rotation.YarnRotation;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads an object such as `rope_scaling`, whose `rope_type` (once `type`) says which numbers it
/// needs.
///
/// @param base of the rotation
/// @param original positions that the model was first trained on
/// @param maxPositions of the model
/// @param part of each head that turns
record ScalingReader(
    ConfigReader rope, RotaryKeys keys, double base, double part, int original, int maxPositions) {
  /// What changes no scaling, but `original_max_position_embeddings` beside dynamic scaling: there,
  /// versions of transformers differ. `finetuned` stands in the first YaRN checkpoints.
  private static final Set<String> HARMLESS =
      Set.of(
          "rope_theta",
          "partial_rotary_factor",
          "finetuned",
          // Text has the same position in all sections.
          "mrope_section",
          "mrope_interleaved");

  Rotation read() {
    String type = type(rope, keys);
    try {
      Rotation rotation =
          switch (type) {
            case "default", "mrope" -> new DefaultRotation(base);
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
            case "longrope" -> longRope();
            case "proportional" ->
                new ProportionalRotation(base, part, rope.positiveOr("factor", 1));
            default ->
                throw rope.failure(
                    ("rope_type '%s' is not implemented; known are default, linear, dynamic, llama3,"
                            + " yarn, longrope, proportional, mrope")
                        .formatted(type));
          };
      queryFactor();
      rope.refuseUnknown(HARMLESS);
      return rotation;
    } catch (IllegalArgumentException e) {
      throw rope.failure(e.getMessage());
    }
  }

  /// What turned queries are multiplied by, if the object says it.
  Factor queryFactor() {
    return rope.findNumber("llama_4_scaling_beta")
        .map(beta -> new Factor.OfPosition(beta, original, 0))
        .orElse(null);
  }

  /// The type, under either name, as it is called here.
  static String type(ConfigReader rope, RotaryKeys keys) {
    String type = written(rope);
    return keys.types().getOrDefault(type, type);
  }

  private static String written(ConfigReader rope) {
    String older = rope.stringOr("type", "default");
    String type = rope.stringOr("rope_type", older);
    if (rope.find("type").isPresent() && !type.equals(older)) {
      throw rope.failure(
          "rope_type is '%s' and type '%s'; remove the one that is wrong".formatted(type, older));
    }
    return type;
  }

  private Rotation dynamic() {
    Optional<Double> alpha = rope.findNumber("alpha");
    if (alpha.isPresent()) { // Hunyuan's: the base grows once, for windows of any length
      // Beside it, transformers reads none of these.
      for (String key : List.of("factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim")) {
        rope.find(key);
      }
      double size = keys.headSize();
      return new DefaultRotation(base * StrictMath.pow(alpha.get(), size / (size - 2)));
    }
    if (original != maxPositions) {
      throw rope.failure(
          ("original_max_position_embeddings is %d and max_position_embeddings %d: which of them"
                  + " dynamic scaling begins at depends on who reads them; remove the former")
              .formatted(original, maxPositions));
    }
    return new DynamicRotation(base, required("factor"), maxPositions);
  }

  private LongRotation longRope() {
    double stretch = rope.positiveOr("factor", (double) maxPositions / original);
    double ownFactor = LongRotation.defaultAttentionFactor(stretch, original);
    return new LongRotation(
        base,
        numbers("short_factor"),
        numbers("long_factor"),
        original,
        rope.positiveOr("attention_factor", ownFactor));
  }

  /// A factor for each pair that turns.
  private List<Double> numbers(String key) {
    List<Double> numbers = rope.numbers(key);
    int pairs = RotaryPositions.turned(part, keys.headSize()) / 2;
    if (numbers.size() != pairs) {
      throw rope.failure(
          "%s has %d numbers, expected one for each of %d pairs"
              .formatted(key, numbers.size(), pairs));
    }
    return numbers;
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
