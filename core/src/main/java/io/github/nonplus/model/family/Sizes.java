package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.Heads;
import java.util.stream.IntStream;

/// The sizes of a decoder.
///
/// @param hidden width of the residual stream
/// @param keyHeads key and value heads; `heads / keyHeads` queries share one
/// @param inner width of the feed-forward layer
/// @param positions `max_position_embeddings`
public record Sizes(
    int vocabulary,
    int hidden,
    int layers,
    int heads,
    int keyHeads,
    int headSize,
    int inner,
    int positions) {
  /// More than any published model has, and little enough that no product of two overflows.
  private static final int LARGEST = 1 << 24;

  private static final int MOST_LAYERS = 10_000;

  /// Reads them under their usual names, or under those that the configuration
  /// [ConfigReader#calling calls] them by. Without `head_dim`, heads share the hidden width;
  /// without `num_key_value_heads` there are as many as query heads.
  public static Sizes read(ConfigReader config) {
    return read(config, 0, 0);
  }

  /// @param keyHeads where the configuration does not say; 0 for as many as query heads
  /// @param headSize where it does not say; 0 for the hidden width shared by the heads
  public static Sizes read(ConfigReader config, int keyHeads, int headSize) {
    int hidden = config.requiredInt("hidden_size", 1);
    return read(config, keyHeads, headSize, config.requiredInt("intermediate_size", 1), hidden);
  }

  /// @param inner width of the feed-forward layer, which other keys say
  public static Sizes read(ConfigReader config, int keyHeads, int headSize, int inner, int hidden) {
    return read(
        config, keyHeads, headSize, inner, hidden, config.requiredInt("num_hidden_layers", 1));
  }

  /// @param layers how many there are, which other keys say
  static Sizes read(
      ConfigReader config, int keyHeads, int headSize, int inner, int hidden, int layers) {
    int heads = config.requiredInt("num_attention_heads", 1);
    if (headSize == 0 && config.find("head_dim").isEmpty() && hidden % heads != 0) {
      throw config.failure(
          "%s %d is no multiple of %s %d"
              .formatted(
                  config.name("hidden_size"), hidden, config.name("num_attention_heads"), heads));
    }
    Sizes sizes =
        new Sizes(
            config.requiredInt("vocab_size", 1),
            hidden,
            layers,
            heads,
            config.intOr("num_key_value_heads", 1, keyHeads == 0 ? heads : keyHeads),
            config.intOr("head_dim", 1, headSize == 0 ? hidden / heads : headSize),
            inner,
            config.intOr("max_position_embeddings", 1, 2048));
    sizes.require(config);
    return sizes;
  }

  /// The sizes of a decoder that has no heads of attention: one, as wide as its rows.
  public static Sizes withoutHeads(ConfigReader config, int inner) {
    int hidden = config.requiredInt("hidden_size", 1);
    Sizes sizes =
        new Sizes(
            config.requiredInt("vocab_size", 1),
            hidden,
            config.requiredInt("num_hidden_layers", 1),
            1,
            1,
            hidden,
            inner,
            config.intOr("max_position_embeddings", 1, 2048));
    sizes.require(config);
    return sizes;
  }

  private void require(ConfigReader config) {
    int largest =
        IntStream.of(vocabulary, hidden, heads, keyHeads, headSize, inner).max().orElse(0);
    if (largest > LARGEST) {
      throw config.failure(
          "a size of %d is beyond any model (at most %d)".formatted(largest, LARGEST));
    }
    if ((long) heads * headSize > LARGEST || layers > MOST_LAYERS) {
      throw config.failure(
          "%d layers of %d heads of %d are beyond any model".formatted(layers, heads, headSize));
    }
    if (heads % keyHeads != 0) {
      throw config.failure(
          "%s %d is no multiple of %s %d"
              .formatted(
                  config.name("num_attention_heads"),
                  heads,
                  config.name("num_key_value_heads"),
                  keyHeads));
    }
  }

  /// The same with another number of layers.
  Sizes withLayers(int other) {
    return new Sizes(vocabulary, hidden, other, heads, keyHeads, headSize, inner, positions);
  }

  /// Refuses heads whose elements cannot turn in pairs.
  public Sizes requireEvenHeads(ConfigReader config) {
    if (headSize % 2 != 0) {
      throw config.failure("head_dim %d is odd, but elements turn in pairs".formatted(headSize));
    }
    return this;
  }

  /// Heads of queries, keys and values.
  public Heads attention() {
    return new Heads(heads, keyHeads, headSize);
  }
}
