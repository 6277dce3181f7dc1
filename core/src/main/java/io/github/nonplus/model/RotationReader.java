package io.github.nonplus.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.Rotation;
import java.util.Optional;

/// Reads the rotary positions of a configuration.
///
/// A `config.json` says them in `rope_theta` and `rope_scaling`, in the newer object
/// `rope_parameters`, or in both. As in transformers, what stands inside an object wins over the
/// same key outside it, and an empty object is none. Two objects have to say the same: which of
/// them wins elsewhere depends on the version that reads them.
public final class RotationReader {
  private static final JsonNode DEFAULT_BASE = IntNode.valueOf(10_000);
  private static final String ORIGINAL = "original_max_position_embeddings";

  private final ConfigReader config;
  private final int maxPositions;

  /// The base that stands outside the objects.
  private final JsonNode outerBase;

  private RotationReader(ConfigReader config, String baseKey, int maxPositions) {
    this.config = config;
    this.maxPositions = maxPositions;
    config.positiveOr(baseKey, DEFAULT_BASE.doubleValue());
    this.outerBase = config.find(baseKey).orElse(DEFAULT_BASE);
  }

  /// Reads a `config.json`.
  ///
  /// @param maxPositions `max_position_embeddings`, which stands in for a missing original length
  public static RotaryPositions fromHuggingFace(ConfigReader config, int maxPositions) {
    RotationReader reader = new RotationReader(config, "rope_theta", maxPositions);
    config.wholeOr(ORIGINAL, 1, maxPositions);
    requireWholeHeads(config);
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

  /// Reads `model_config` of an `mlc-chat-config.json`.
  ///
  /// @param contextWindow stands in for a missing original length
  public static RotaryPositions fromMlc(ConfigReader config, int contextWindow) {
    RotationReader reader = new RotationReader(config, "position_embedding_base", contextWindow);
    RotaryPositions positions =
        config.findFilledObject("rope_scaling").map(reader::of).orElseGet(reader::unscaled);
    if (!positions.base().equals(reader.outerBase)) {
      throw config.failure(
          "position_embedding_base is %s, but rope_theta in rope_scaling %s; remove the one that is wrong"
              .formatted(reader.outerBase, positions.base()));
    }
    return positions;
  }

  private RotaryPositions unscaled() {
    return new RotaryPositions(new DefaultRotation(outerBase.doubleValue()), outerBase, null);
  }

  private RotaryPositions of(ConfigReader rope) {
    double base = rope.positiveOr("rope_theta", outerBase.doubleValue());
    requireWholeHeads(rope);
    int original = original(rope);
    Rotation rotation = new ScalingReader(rope, base, original, maxPositions).read();
    // MLC writes 10000 where no rope_theta stands outside, in this form.
    JsonNode written =
        base == outerBase.doubleValue() ? outerBase : rope.find("rope_theta").orElseThrow();
    return new RotaryPositions(
        rotation, written, rotation instanceof DefaultRotation ? null : scaling(rope, original));
  }

  /// As MLC writes it: what is said elsewhere is left out, what is said only elsewhere added.
  private ObjectNode scaling(ConfigReader rope, int original) {
    ObjectNode scaling = rope.json().deepCopy();
    String type = ScalingReader.type(rope);
    scaling.remove("type");
    scaling.remove("rope_theta");
    scaling.remove("partial_rotary_factor");
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

  private static void requireWholeHeads(ConfigReader config) {
    double partial = config.positiveOr("partial_rotary_factor", 1);
    if (partial != 1) {
      throw config.failure(
          "partial_rotary_factor is %s, but this architecture turns whole heads"
              .formatted(partial));
    }
  }
}
