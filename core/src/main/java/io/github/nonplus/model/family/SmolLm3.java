package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.program.op.Activation;
import java.util.List;
import java.util.stream.IntStream;

/// SmolLM3: Llama some of whose layers do not turn.
final class SmolLm3 implements Family {
  @Override
  public List<String> names() {
    return List.of("smollm3");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 4, 0).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(2_000_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "smollm3", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_act", "silu");
    boolean attentionBias = like.flag("attention_bias", false);
    boolean bias = like.flag("mlp_bias", false);
    List<Boolean> turns = turningLayers(config, sizes.layers());
    boolean slides = config.booleanOr("use_sliding_window", false);
    int window = config.intOr("sliding_window", 0, 0);
    LayerKinds kinds =
        LayerKinds.read(config, sizes.layers(), layer -> !turns.get(layer), slides ? window : 0);
    like.tied(true);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          Attention attention =
              turns.get(layer)
                  ? like.turning(layer, attentionBias, attentionBias, positions.rotation())
                  : like.attention(layer, attentionBias, attentionBias);
          return LlamaLike.normedBefore(
              Norming.rms(LlamaLike.at(layer) + "input_layernorm", epsilon),
              attention.mask(kinds.mask(layer)),
              Norming.rms(LlamaLike.at(layer) + "post_attention_layernorm", epsilon),
              like.gated(layer, activation, bias));
        });
  }

  /// `no_rope_layers` says 1 for a layer that turns, whatever its name; an absent or empty list
  /// means that every `no_rope_layer_interval`-th does not.
  private static List<Boolean> turningLayers(ConfigReader config, int layers) {
    int interval = config.intOr("no_rope_layer_interval", 1, 4);
    if (!config.isSet("no_rope_layers")) {
      return IntStream.range(0, layers).mapToObj(layer -> (layer + 1) % interval != 0).toList();
    }
    List<Double> numbers = config.numbers("no_rope_layers");
    if (numbers.size() != layers) {
      throw config.failure(
          "no_rope_layers has %d entries for %d layers".formatted(numbers.size(), layers));
    }
    return numbers.stream().map(number -> number != 0).toList();
  }
}
