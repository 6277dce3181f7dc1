package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Mistral and Ministral: Llama with a sliding window on all layers, on some, or on none.
final class Mistral implements Family {
  private final String name;
  private final double base;
  private final int keyHeads;
  private final boolean biases;
  private final boolean isTied;

  private Mistral(String name, double base, int keyHeads, boolean biases, boolean isTied) {
    this.name = name;
    this.base = base;
    this.keyHeads = keyHeads;
    this.biases = biases;
    this.isTied = isTied;
  }

  /// All layers slide, unless `layer_types` says otherwise.
  static Mistral sliding(String name) {
    return new Mistral(name, 10_000, 8, false, false);
  }

  /// Ministral 3, whose queries grow with their position.
  static Mistral third() {
    return new Mistral("ministral3", 1_000_000, 8, false, false);
  }

  /// Code World Model: full attention in every fourth layer.
  static Mistral cwm() {
    return new Mistral("cwm", 1_000_000, 8, true, false);
  }

  @Override
  public List<String> names() {
    return List.of(name);
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    boolean isCwm = name.equals("cwm");
    Sizes sizes = Sizes.read(config, keyHeads, 0).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(base, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, name, sizes);
    double epsilon =
        like.positive("rms_norm_eps", name.equals("ministral3") || isCwm ? 1e-5 : 1e-6);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = biases && like.flag("mlp_bias", false);
    LayerKinds kinds =
        LayerKinds.read(
            config,
            sizes.layers(),
            name.equals("mistral") ? 4096 : isCwm ? 8192 : name.equals("ministral") ? 4096 : 0,
            layer -> !isCwm || layer % 4 != 0);
    like.tied(isTied);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer ->
            LlamaLike.normedBefore(
                Norming.rms(LlamaLike.at(layer) + "input_layernorm", epsilon),
                like.turning(layer, false, false, positions.rotation())
                    .mask(kinds.mask(layer))
                    .queryFactor(positions.queryFactor()),
                Norming.rms(LlamaLike.at(layer) + "post_attention_layernorm", epsilon),
                like.gated(layer, activation, bias)));
  }
}
