package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Mistral, Ministral and Code World Model: Llama with a sliding window on all layers, on some, or
/// on none. What the records hold is what a configuration means that does not say it.
///
/// @param name its `model_type`
/// @param epsilon of its norms
/// @param base of its rotation
/// @param window tokens of the sliding window; 0 for none
/// @param full which layers do not slide: every so many, from the first on; 0 for no layer
/// @param biases whether the feed-forward layer may have biases
record Mistral(String name, double epsilon, double base, int window, int full, boolean biases)
    implements Family {
  private static final int KEY_HEADS = 8;

  /// All layers slide, unless `layer_types` says otherwise.
  static Mistral sliding(String name) {
    return new Mistral(name, 1e-6, 10_000, 4096, 0, false);
  }

  /// Ministral 3, whose queries grow with their position.
  static Mistral third() {
    return new Mistral("ministral3", 1e-5, 1_000_000, 0, 0, false);
  }

  /// Code World Model: full attention in every fourth layer.
  static Mistral cwm() {
    return new Mistral("cwm", 1e-5, 1_000_000, 8192, 4, true);
  }

  @Override
  public List<String> names() {
    return List.of(name);
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, KEY_HEADS, 0).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(base, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, name, sizes);
    double eps = like.positive("rms_norm_eps", epsilon);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = biases && like.flag("mlp_bias", false);
    LayerKinds kinds =
        LayerKinds.read(config, sizes.layers(), window, layer -> full == 0 || layer % full != 0);
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.norm", eps),
        layer ->
            LlamaLike.normedBefore(
                Norming.rms(LlamaLike.at(layer) + "input_layernorm", eps),
                like.turning(layer, false, false, positions.rotation())
                    .mask(kinds.mask(layer))
                    .queryFactor(positions.queryFactor()),
                Norming.rms(LlamaLike.at(layer) + "post_attention_layernorm", eps),
                like.gated(layer, activation, bias)));
  }
}
