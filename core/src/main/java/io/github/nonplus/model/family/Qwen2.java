package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Qwen2 and Qwen3: Llama with biases on queries, keys and values, or with norms of their heads,
/// and layers that may slide.
final class Qwen2 implements Family {
  private final boolean third;

  private Qwen2(boolean third) {
    this.third = third;
  }

  static Qwen2 second() {
    return new Qwen2(false);
  }

  static Qwen2 third() {
    return new Qwen2(true);
  }

  @Override
  public List<String> names() {
    return third
        ? List.of("qwen3", "qwen3_vl_text")
        : List.of("qwen2", "qwen2_5_vl_text", "qwen2_vl_text");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 32, third ? 128 : 0).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, names().getFirst(), sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = third ? like.flag("attention_bias", false) : true;
    LayerKinds kinds = kinds(config, sizes);
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          Attention attention =
              like.turning(layer, bias, bias && third, positions.rotation())
                  .mask(kinds.mask(layer));
          if (third) {
            attention.norms(
                Norming.rms(at + "self_attn.q_norm", epsilon),
                Norming.rms(at + "self_attn.k_norm", epsilon));
          }
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              attention,
              Norming.rms(at + "post_attention_layernorm", epsilon),
              like.gated(layer, activation, false));
        });
  }

  /// A window counts where `use_sliding_window` is on: from `max_window_layers` on.
  private static LayerKinds kinds(ConfigReader config, Sizes sizes) {
    int window = config.intOr("sliding_window", 0, config.json().has("sliding_window") ? 0 : 4096);
    int from = config.intOr("max_window_layers", 0, 28);
    boolean slides = config.booleanOr("use_sliding_window", false);
    return LayerKinds.read(config, sizes.layers(), layer -> layer >= from, slides ? window : 0);
  }
}
