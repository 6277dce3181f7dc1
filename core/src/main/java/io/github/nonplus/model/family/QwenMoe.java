package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import java.util.List;
import java.util.function.IntPredicate;

/// The mixtures Qwen2-MoE and Qwen3-MoE, and the text part of Qwen3-VL-MoE: attention of Qwen2 or
/// Qwen3, and experts in some layers or in all; the second has a shared one with a gate.
final class QwenMoe implements Family {
  private final String name;

  private QwenMoe(String name) {
    this.name = name;
  }

  static QwenMoe second() {
    return new QwenMoe("qwen2_moe");
  }

  static QwenMoe third() {
    return new QwenMoe("qwen3_moe");
  }

  static QwenMoe vision() {
    return new QwenMoe("qwen3_vl_moe_text");
  }

  @Override
  public List<String> names() {
    return List.of(name);
  }

  private boolean isSecond() {
    return name.equals("qwen2_moe");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, isSecond() ? 16 : 4, 0).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, name, sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = isSecond() ? like.flag("qkv_bias", true) : like.flag("attention_bias", false);
    LayerKinds kinds = kinds(config, sizes);
    int experts = Mixtures.experts(config, like, "num_experts", "num_local_experts");
    Layers layers =
        new Layers(
            like,
            activation,
            experts,
            Mixtures.chosen(config, like, "num_experts_per_tok", isSecond() ? 4 : 8, experts),
            config.requiredInt("moe_intermediate_size", 1),
            isSecond() ? config.requiredInt("shared_expert_intermediate_size", 1) : 0,
            like.flag("norm_topk_prob", name.equals("qwen3_vl_moe_text")),
            name.equals("qwen3_vl_moe_text"));
    IntPredicate sparse = sparse(config);
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          Attention attention =
              like.turning(layer, bias, bias && !isSecond(), positions.rotation())
                  .mask(kinds.mask(layer));
          if (!isSecond()) {
            attention.norms(
                Norming.rms(at + "self_attn.q_norm", epsilon),
                Norming.rms(at + "self_attn.k_norm", epsilon));
          }
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              attention,
              Norming.rms(at + "post_attention_layernorm", epsilon),
              sparse.test(layer) ? layers.mixture(at) : like.gated(layer, activation, false));
        });
  }

  /// Every so many layers, but for those of a list.
  private static IntPredicate sparse(ConfigReader config) {
    int step = config.intOr("decoder_sparse_step", 1, 1);
    List<Integer> dense = Mixtures.numbers(config, "mlp_only_layers");
    return layer -> (layer + 1) % step == 0 && !dense.contains(layer);
  }

  /// With a window, the second slides in even layers below a bound, the third in all.
  private LayerKinds kinds(ConfigReader config, Sizes sizes) {
    int window = config.intOr("sliding_window", 0, config.json().has("sliding_window") ? 0 : 4096);
    int below = config.intOr("max_window_layers", 0, 28);
    boolean slides = config.booleanOr("use_sliding_window", false);
    IntPredicate which = isSecond() ? layer -> layer % 2 == 0 && layer < below : _ -> true;
    return LayerKinds.read(config, sizes.layers(), which, slides ? window : 0);
  }

  /// What the mixtures are made of.
  ///
  /// @param shared width of the shared expert; 0 for none
  private record Layers(
      LlamaLike like,
      Activation activation,
      int experts,
      int chosen,
      int inner,
      int shared,
      boolean divided,
      boolean inputsFirst) {
    Mixture mixture(String layer) {
      String at = layer + "mlp.";
      Mixture mixture =
          Mixture.of(
              Routing.softmax(new Projection(at + "gate", experts), chosen, divided),
              Mixtures.layers(like, at + "experts.", experts, inner, activation, inputsFirst));
      return shared == 0
          ? mixture
          : mixture
              .beside(Mixtures.shared(like, at + "shared_expert.", shared, 1, activation))
              .gating(new Projection(at + "shared_expert_gate", 1));
    }
  }
}
