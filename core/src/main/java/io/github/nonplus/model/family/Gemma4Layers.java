package io.github.nonplus.model.family;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.Heads;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The heads of Gemma 4's layers that see everything, in both ways in which configurations say
/// them.
final class Gemma4Layers {
  private Gemma4Layers() {}

  /// @param keysAreValues whether those layers have as many key heads as another key says
  static Heads global(ConfigReader config, Sizes sizes, LayerKinds kinds, boolean keysAreValues) {
    Optional<Heads> listed = listed(config, sizes, kinds);
    int size = config.intOr("global_head_dim", 2, listed.map(Heads::keySize).orElse(512));
    int keys =
        config.intOr(
            "num_global_key_value_heads", 1, listed.map(Heads::keys).orElse(sizes.keyHeads()));
    Heads global = new Heads(sizes.heads(), keysAreValues ? keys : sizes.keyHeads(), size);
    if (listed.isPresent() && !listed.get().equals(global)) {
      throw config.failure(
          "per_layer_config is %s, which is not what other keys say"
              .formatted(config.shown("per_layer_config")));
    }
    return global;
  }

  /// What `per_layer_config` says, which has to be the same of each layer that does not slide, and
  /// nothing of the others.
  private static Optional<Heads> listed(ConfigReader config, Sizes sizes, LayerKinds kinds) {
    JsonNode layers = config.find("per_layer_config").orElse(null);
    if (layers == null || layers.isEmpty()) {
      return Optional.empty();
    }
    Heads found = null;
    int full = 0;
    for (int layer = 0; layer < sizes.layers(); layer++) {
      JsonNode own = layers.path("" + layer);
      boolean is = !kinds.slides(layer);
      full += is ? 1 : 0;
      if (is != own.isObject() || is && !known(own)) {
        throw unlike(config);
      }
      if (is) {
        Heads heads =
            new Heads(
                sizes.heads(),
                own.path("num_key_value_heads").asInt(sizes.keyHeads()),
                own.path("head_dim").asInt(sizes.headSize()));
        if (found != null && !found.equals(heads)) {
          throw unlike(config);
        }
        found = heads;
      }
    }
    if (layers.size() != full) {
      throw unlike(config);
    }
    return Optional.ofNullable(found);
  }

  private static boolean known(JsonNode own) {
    for (Map.Entry<String, JsonNode> entry : own.properties()) {
      boolean isSize = entry.getValue().isInt() && entry.getValue().asInt() > 0;
      if (!Set.of("head_dim", "num_key_value_heads").contains(entry.getKey()) || !isSize) {
        return false;
      }
    }
    return true;
  }

  private static RuntimeException unlike(ConfigReader config) {
    return config.failure(
        "per_layer_config is %s, expected the same head_dim and num_key_value_heads for each layer of full attention, and nothing else"
            .formatted(config.shown("per_layer_config")));
  }
}
