package io.github.nonplus.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.ProportionalRotation;
import io.github.nonplus.program.rotation.Rotation;
import java.util.Optional;

/// Reads the rotary positions of a configuration.
///
/// A `config.json` says them in `rope_theta` and `rope_scaling`, in the newer object
/// `rope_parameters`, or in both. As in transformers, what stands inside an object wins over the
/// same key outside it, and an empty object is none. Two objects have to say the same: which of
/// them wins elsewhere depends on the version that reads them.
public final class RotationReader {
  private static final String BASE = "rope_theta";
  private static final String PART = "partial_rotary_factor";
  private static final String ORIGINAL = "original_max_position_embeddings";

  private final ConfigReader config;
  private final RotaryKeys keys;
  private final int maxPositions;

  /// The base that stands outside the objects.
  private final JsonNode outerBase;

  private RotationReader(ConfigReader config, RotaryKeys keys, int maxPositions) {
    this.config = config;
    this.keys = keys;
    this.maxPositions = maxPositions;
    config.positiveOr(BASE, keys.base());
    this.outerBase = config.find(BASE).orElse(number(keys.base()));
  }

  /// As MLC writes a base that nobody gives: 10000, not 10000.0.
  private static JsonNode number(double base) {
    return base == (int) base ? IntNode.valueOf((int) base) : DoubleNode.valueOf(base);
  }

  /// Reads a `config.json`.
  ///
  /// @param maxPositions `max_position_embeddings`, which stands in for a missing original length
  public static RotaryPositions fromHuggingFace(
      ConfigReader config, RotaryKeys keys, int maxPositions) {
    RotationReader reader = new RotationReader(config, keys, maxPositions);
    config.wholeOr(ORIGINAL, 1, maxPositions);
    Optional<RotaryPositions> older = config.findFilledObject("rope_scaling").map(reader::of);
    Optional<RotaryPositions> newer = config.findFilledObject("rope_parameters").map(reader::of);
    if (older.isPresent()
        && newer.isPresent()
        && !older.get().rotation().equals(newer.get().rotation())) {
      throw config.failure(
          "rope_scaling %s and rope_parameters %s contradict each other; remove the one that is wrong"
              .formatted(config.shown("rope_scaling"), config.shown("rope_parameters")));
    }
    return older.or(() -> newer).orElseGet(reader::unscaled);
  }

  /// Reads one of several rotations of a model: an object such as `rope_parameters`, or one in it.
  ///
  /// @param config the whole configuration
  public static RotaryPositions of(
      ConfigReader config, ConfigReader rope, RotaryKeys keys, int maxPositions) {
    return new RotationReader(config, keys, maxPositions).of(rope);
  }

  private RotaryPositions unscaled() {
    return new RotaryPositions(
        new DefaultRotation(outerBase.doubleValue()), outerBase, null, part(config), null);
  }

  private RotaryPositions of(ConfigReader rope) {
    double base = rope.positiveOr(BASE, outerBase.doubleValue());
    double outer = part(config);
    double part = rope.find(PART).isPresent() ? part(rope) : outer;
    int original = original(rope);
    ScalingReader scaling = new ScalingReader(rope, keys, base, part, original, maxPositions);
    Rotation rotation = scaling.read();
    // MLC writes 10000 where no rope_theta stands outside, in this form.
    JsonNode written = base == outerBase.doubleValue() ? outerBase : rope.find(BASE).orElseThrow();
    return new RotaryPositions(
        rotation,
        written,
        rotation instanceof DefaultRotation ? null : scaling(rope, original),
        rotation instanceof ProportionalRotation ? 1 : part,
        scaling.queryFactor());
  }

  /// As MLC writes it: what is said elsewhere is left out, what is said only elsewhere added.
  private ObjectNode scaling(ConfigReader rope, int original) {
    ObjectNode scaling = rope.json().deepCopy();
    String type = ScalingReader.type(rope, keys);
    scaling.remove("type");
    scaling.remove(BASE);
    scaling.remove(PART);
    scaling.put("rope_type", type);
    if (config.find(ORIGINAL).isPresent() && rope.find(ORIGINAL).isEmpty()) {
      scaling.put(ORIGINAL, original);
    }
    return scaling;
  }

  private int original(ConfigReader rope) {
    int outer = config.wholeOr(ORIGINAL, 1, maxPositions);
    int inner = rope.wholeOr(ORIGINAL, 1, outer);
    if (config.find(ORIGINAL).isPresent() && inner != outer) {
      throw rope.failure(
          "%s is %d here and %d outside; remove the one that is wrong"
              .formatted(ORIGINAL, inner, outer));
    }
    return inner;
  }

  /// The part of each head that turns.
  private double part(ConfigReader object) {
    double part = object.positiveOr(PART, keys.part());
    boolean isProportional = "proportional".equals(ScalingReader.type(object, keys));
    if (part > 1 || !keys.obeysPart() && part != keys.part() && !isProportional) {
      throw object.failure(
          keys.obeysPart()
              ? "%s is %s, expected a number above 0, up to 1".formatted(PART, part)
              : "%s is %s, but this architecture turns whole heads".formatted(PART, part));
    }
    int turned = RotaryPositions.turned(part, keys.headSize());
    if (keys.obeysPart() && !isProportional && (turned == 0 || turned % 2 != 0)) {
      throw object.failure(
          "%s is %s, by which %d of a head's %d elements turn, but they turn in pairs"
              .formatted(object.name(PART), part, turned, keys.headSize()));
    }
    return part;
  }
}
