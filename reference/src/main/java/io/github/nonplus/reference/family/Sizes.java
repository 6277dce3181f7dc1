package io.github.nonplus.reference.family;

import io.github.nonplus.model.ConfigReader;

/// The sizes of a decoder.
///
/// @param intermediate width of the feed-forward part
/// @param keyHeads heads of keys and values, each shared by `heads / keyHeads` of queries
public record Sizes(
    int hidden,
    int intermediate,
    int layers,
    int heads,
    int keyHeads,
    int headSize,
    int vocabulary,
    int maxPositions) {
  private static final int LARGEST = 1 << 24;
  private static final int MOST_LAYERS = 10_000;

  /// @param keyHeads where the configuration does not say, 0 for as many as of queries
  /// @param headSize likewise, 0 for the width of all shared by them
  static Sizes read(ConfigReader config, int keyHeads, int headSize) {
    int hidden = size(config, "hidden_size");
    int heads = size(config, "num_attention_heads");
    if (headSize == 0 && hidden % heads != 0 && config.find("head_dim").isEmpty()) {
      throw config.failure(
          "hidden_size %d is no multiple of num_attention_heads %d, and there is no head_dim"
              .formatted(hidden, heads));
    }
    int keys = config.intOr("num_key_value_heads", 1, keyHeads == 0 ? heads : keyHeads);
    if (heads % keys != 0) {
      throw config.failure(
          "num_attention_heads %d is no multiple of num_key_value_heads %d".formatted(heads, keys));
    }
    int width = config.intOr("head_dim", 1, headSize == 0 ? hidden / heads : headSize);
    if (width % 2 != 0 || (long) heads * width > LARGEST) {
      throw config.failure(
          "%d heads of head_dim %d are not possible: it is even, and all heads have at most %d"
              .formatted(heads, width, LARGEST));
    }
    int layers = config.requiredInt("num_hidden_layers", 1);
    if (layers > MOST_LAYERS) {
      throw config.failure(
          "num_hidden_layers is %d, expected at most %d".formatted(layers, MOST_LAYERS));
    }
    return new Sizes(
        hidden,
        size(config, "intermediate_size"),
        layers,
        heads,
        keys,
        width,
        size(config, "vocab_size"),
        config.intOr("max_position_embeddings", 1, 2048));
  }

  private static int size(ConfigReader config, String key) {
    int size = config.requiredInt(key, 1);
    if (size > LARGEST) {
      throw config.failure("%s is %d, expected at most %d".formatted(key, size, LARGEST));
    }
    return size;
  }
}
