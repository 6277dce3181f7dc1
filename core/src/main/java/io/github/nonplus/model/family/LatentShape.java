package io.github.nonplus.model.family;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.program.rotation.YarnRotation;
import java.util.function.ToIntFunction;

/// The sizes of a model with latent attention.
record LatentShape(Sizes sizes, LatentAttention.Shape shape) {
  static LatentShape read(ConfigReader config) {
    return read(config, sizes -> config.requiredInt("v_head_dim", 1));
  }

  /// @param value columns of a head of values
  static LatentShape read(ConfigReader config, ToIntFunction<Sizes> value) {
    int still = config.requiredInt("qk_nope_head_dim", 1);
    int turned = config.requiredInt("qk_rope_head_dim", 2);
    config.find("head_dim"); // the part that turns, or both
    config.find("qk_head_dim"); // their sum
    Sizes sizes = Sizes.read(config);
    if (sizes.keyHeads() != sizes.heads() || turned % 2 != 0) {
      throw config.failure(
          "latent attention of %d heads with %d keys, %d columns of which turn, cannot be"
              .formatted(sizes.heads(), sizes.keyHeads(), turned));
    }
    return new LatentShape(
        sizes,
        new LatentAttention.Shape(
            sizes.heads(),
            still,
            turned,
            value.applyAsInt(sizes),
            config.intOr("q_lora_rank", 0, 0),
            config.requiredInt("kv_lora_rank", 1)));
  }

  /// What scores are multiplied by: YaRN in all dimensions makes them larger.
  double scale(RotaryPositions positions) {
    double plain = 1 / Math.sqrt(shape.size());
    JsonNode scaling = positions.scaling();
    if (scaling == null || scaling.path("mscale_all_dim").asDouble() == 0) {
      return plain;
    }
    double magnitude =
        YarnRotation.magnitude(
            scaling.path("factor").asDouble(1), scaling.path("mscale_all_dim").asDouble());
    return plain * magnitude * magnitude;
  }
}
