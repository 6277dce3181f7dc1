package io.github.nonplus.reference.checkpoint;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.reference.checkpoint.Rotary.Bands;
import io.github.nonplus.reference.checkpoint.Rotary.Type;
import java.util.Optional;
import java.util.Set;

/// Reads the rotary keys of a `config.json`: `rope_theta` and `rope_scaling`, or `rope_parameters`.
/// An empty object is as none; where both say something, they have to say the same.
final class RotaryReader {
  private static final String ORIGINAL = "original_max_position_embeddings";

  private final ConfigReader scaling;
  private final double base;
  private final int original;

  /// @param maxPositions of the model, the original context where no other is named
  private RotaryReader(ConfigReader config, ConfigReader scaling, int maxPositions, double base) {
    this.scaling = scaling;
    this.base = base;
    int inner = scaling.wholeOr(ORIGINAL, 1, maxPositions);
    this.original = config.wholeOr(ORIGINAL, 1, inner);
    if (scaling.find(ORIGINAL).isPresent() && inner != original) {
      throw scaling.failure(
          "%s is %d, but %d outside; remove the one that is wrong"
              .formatted(ORIGINAL, inner, original));
    }
  }

  static Rotary read(ConfigReader config, int maxPositions) {
    double base = config.positiveOr("rope_theta", 10_000);
    config.wholeOr(ORIGINAL, 1, maxPositions);
    requireWholeHeads(config);
    Optional<Rotary> newer =
        config.findFilledObject("rope_parameters").map(of -> read(config, of, maxPositions, base));
    Optional<Rotary> older =
        config.findFilledObject("rope_scaling").map(of -> read(config, of, maxPositions, base));
    if (newer.isPresent() && older.isPresent() && !newer.equals(older)) {
      throw config.failure(
          "rope_parameters %s contradict rope_scaling %s; remove the one that is wrong"
              .formatted(config.shown("rope_parameters"), config.shown("rope_scaling")));
    }
    return newer
        .or(() -> older)
        .orElseGet(() -> new Rotary(Type.DEFAULT, base, 1, maxPositions, Bands.NONE, true, 1));
  }

  private static Rotary read(
      ConfigReader config, ConfigReader scaling, int maxPositions, double outerBase) {
    requireWholeHeads(scaling);
    double base = scaling.positiveOr("rope_theta", outerBase);
    Rotary rotary = new RotaryReader(config, scaling, maxPositions, base).rotary(maxPositions);
    scaling.refuseUnknown(Set.of("finetuned"));
    return rotary;
  }

  private static void requireWholeHeads(ConfigReader reader) {
    double part = reader.positiveOr("partial_rotary_factor", 1);
    if (part != 1) {
      throw reader.failure(
          "partial_rotary_factor is %s, a Llama's heads turn whole".formatted(part));
    }
  }

  private Rotary rotary(int maxPositions) {
    String type = scaling.stringOr("rope_type", scaling.stringOr("type", "default"));
    if (!scaling.stringOr("type", type).equals(type)) {
      throw scaling.failure(
          "type and rope_type are two (%s); remove the one that is wrong".formatted(type));
    }
    return switch (type) {
      case "default" -> plain(Type.DEFAULT, 1, maxPositions);
      case "linear" -> plain(Type.LINEAR, required("factor"), maxPositions);
      case "dynamic" -> dynamic(maxPositions);
      case "llama3" -> llama3();
      case "yarn" -> yarn();
      default ->
          throw scaling.failure(
              "rope_type '%s' is not implemented; known are default, linear, dynamic, llama3, yarn"
                  .formatted(type));
    };
  }

  private Rotary plain(Type type, double factor, int positions) {
    return new Rotary(type, base, factor, positions, Bands.NONE, true, 1);
  }

  /// Where it begins if the two lengths differ depends on the version of transformers.
  private Rotary dynamic(int maxPositions) {
    if (original != maxPositions) {
      throw scaling.failure(
          "%s is %d, max_position_embeddings %d; remove the former where rope_type is dynamic"
              .formatted(ORIGINAL, original, maxPositions));
    }
    return plain(Type.DYNAMIC, required("factor"), maxPositions);
  }

  private Rotary llama3() {
    Bands bands = new Bands(required("low_freq_factor"), required("high_freq_factor"));
    if (bands.high() <= bands.low()) {
      throw scaling.failure(
          "high_freq_factor %s is not above low_freq_factor %s"
              .formatted(bands.high(), bands.low()));
    }
    return new Rotary(Type.LLAMA3, base, required("factor"), original, bands, true, 1);
  }

  private Rotary yarn() {
    double factor = required("factor");
    double scale = scaling.findNumber("mscale").orElse(0.0);
    double allDimensions = scaling.findNumber("mscale_all_dim").orElse(0.0);
    double attention =
        scale != 0 && allDimensions != 0
            ? magnitude(factor, scale) / magnitude(factor, allDimensions)
            : magnitude(factor, 1);
    Bands bands =
        new Bands(scaling.positiveOr("beta_slow", 1), scaling.positiveOr("beta_fast", 32));
    return new Rotary(
        Type.YARN,
        base,
        factor,
        original,
        bands,
        scaling.booleanOr("truncate", true),
        scaling.positiveOr("attention_factor", attention));
  }

  private static double magnitude(double factor, double scale) {
    return factor > 1 ? 0.1 * scale * Math.log(factor) + 1 : 1;
  }

  private double required(String key) {
    double value = scaling.findNumber(key).orElseThrow(() -> scaling.failure(key + " is missing"));
    if (value <= 0) {
      throw scaling.failure("%s is %s, expected a number above 0".formatted(key, value));
    }
    return value;
  }
}
