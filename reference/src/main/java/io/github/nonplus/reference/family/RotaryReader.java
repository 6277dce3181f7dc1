package io.github.nonplus.reference.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.reference.family.Rotary.Bands;
import io.github.nonplus.reference.family.Rotary.Stretches;
import io.github.nonplus.reference.family.Rotary.Turning;
import io.github.nonplus.reference.family.Rotary.Type;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Reads the rotary keys of a `config.json`: `rope_theta` and `rope_scaling`, or `rope_parameters`.
/// An empty object is as none; where both say something, they have to say the same.
final class RotaryReader {
  private static final String PART = "partial_rotary_factor";
  private static final String ORIGINAL = "original_max_position_embeddings";

  private final ConfigReader scaling;
  private final double base;
  private final int original;
  private final Turning turning;

  /// @param maxPositions of the model, the original context where no other is named
  private RotaryReader(
      ConfigReader config, ConfigReader scaling, int maxPositions, double base, Turning turning) {
    this.scaling = scaling;
    this.base = base;
    this.turning = turning;
    int inner = scaling.wholeOr(ORIGINAL, 1, maxPositions);
    this.original = config.wholeOr(ORIGINAL, 1, inner);
    if (scaling.find(ORIGINAL).isPresent() && inner != original) {
      throw scaling.failure(
          "%s is %d, but %d outside; remove the one that is wrong"
              .formatted(ORIGINAL, inner, original));
    }
  }

  static Rotary read(ConfigReader config, int maxPositions, RotaryDefaults defaults) {
    config.wholeOr(ORIGINAL, 1, maxPositions);
    RotaryDefaults outer = outside(config, defaults);
    Optional<Rotary> newer =
        config
            .findFilledObject("rope_parameters")
            .map(of -> inside(config, of, maxPositions, outer));
    Optional<Rotary> older =
        config.findFilledObject("rope_scaling").map(of -> inside(config, of, maxPositions, outer));
    if (newer.isPresent() && older.isPresent() && !newer.equals(older)) {
      throw config.failure(
          "rope_parameters %s contradict rope_scaling %s; remove the one that is wrong"
              .formatted(config.shown("rope_parameters"), config.shown("rope_scaling")));
    }
    return newer
        .or(() -> older)
        .orElseGet(
            () ->
                new Rotary(
                    Type.DEFAULT,
                    outer.base(),
                    1,
                    maxPositions,
                    Bands.NONE,
                    true,
                    1,
                    new Turning(outer.part(), outer.neighbours()),
                    Stretches.NONE));
  }

  /// The same from one object alone, which a kind of layers has.
  static Rotary within(
      ConfigReader config, ConfigReader own, int maxPositions, RotaryDefaults defaults) {
    return inside(config, own, maxPositions, defaults);
  }

  /// What the keys outside of any object say for what is absent within.
  private static RotaryDefaults outside(ConfigReader config, RotaryDefaults defaults) {
    return new RotaryDefaults(
        config.positiveOr("rope_theta", defaults.base()),
        part(config, defaults),
        defaults.obeysPart(),
        defaults.neighbours());
  }

  private static Rotary inside(
      ConfigReader config, ConfigReader scaling, int maxPositions, RotaryDefaults outer) {
    double base = scaling.positiveOr("rope_theta", outer.base());
    Turning turning = new Turning(part(scaling, outer), outer.neighbours());
    if (config.isSet(PART) && turning.part() != outer.part()) {
      throw scaling.failure(
          "%s is %s, but %s outside; remove the one that is wrong"
              .formatted(PART, turning.part(), outer.part()));
    }
    Rotary rotary =
        new RotaryReader(config, scaling, maxPositions, base, turning).rotary(maxPositions);
    scaling.refuseUnknown(Set.of("finetuned"));
    return rotary;
  }

  private static double part(ConfigReader reader, RotaryDefaults defaults) {
    double part = reader.positiveOr(PART, defaults.part());
    if (part > 1 || (part != 1 && !defaults.obeysPart())) {
      throw reader.failure(
          "%s is %s, expected %s"
              .formatted(
                  PART,
                  part,
                  defaults.obeysPart() ? "at most 1" : "1: heads of this family turn whole"));
    }
    return part;
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
      case "longrope" -> longRope(maxPositions);
      default ->
          throw scaling.failure(
              "rope_type '%s' is not implemented; known are default, linear, dynamic, llama3, yarn, longrope"
                  .formatted(type));
    };
  }

  private Rotary plain(Type type, double factor, int positions) {
    return new Rotary(type, base, factor, positions, Bands.NONE, true, 1, turning, Stretches.NONE);
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
    return new Rotary(
        Type.LLAMA3, base, required("factor"), original, bands, true, 1, turning, Stretches.NONE);
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
        scaling.positiveOr("attention_factor", attention),
        turning,
        Stretches.NONE);
  }

  /// Short windows have the attention factor of long ones.
  private Rotary longRope(int maxPositions) {
    double longer = scaling.positiveOr("factor", (double) maxPositions / original);
    double attention = longer <= 1 ? 1 : Math.sqrt(1 + Math.log(longer) / Math.log(original));
    return new Rotary(
        Type.LONGROPE,
        base,
        1,
        original,
        Bands.NONE,
        true,
        scaling.positiveOr("attention_factor", attention),
        turning,
        new Stretches(stretches("short_factor"), stretches("long_factor")));
  }

  private List<Double> stretches(String key) {
    List<Double> list = scaling.numbers(key);
    if (list.stream().anyMatch(each -> each <= 0)) {
      throw scaling.failure(
          "%s is %s, expected numbers above 0".formatted(key, scaling.shown(key)));
    }
    return list;
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
