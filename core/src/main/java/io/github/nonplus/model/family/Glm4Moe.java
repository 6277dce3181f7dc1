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
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import java.util.List;
import java.util.function.IntPredicate;

/// GLM-4.5, dots.llm1 and EXAONE MoE: ordinary attention with norms of its heads, and experts by
/// sigmoids with a correction.
final class Glm4Moe implements Family {
  private final String name;

  private Glm4Moe(String name) {
    this.name = name;
  }

  static Glm4Moe glm() {
    return new Glm4Moe("glm4_moe");
  }

  static Glm4Moe dots() {
    return new Glm4Moe("dots1");
  }

  static Glm4Moe exaone() {
    return new Glm4Moe("exaone_moe");
  }

  @Override
  public List<String> names() {
    return List.of(name);
  }

  private boolean isGlm() {
    return name.equals("glm4_moe");
  }

  private boolean isExaone() {
    return name.equals("exaone_moe");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 0, 0).requireEvenHeads(config);
    RotaryKeys keys =
        isGlm()
            ? RotaryKeys.part(10_000, 0.5, sizes.headSize())
            : RotaryKeys.whole(10_000, sizes.headSize());
    RotaryPositions positions = RotationReader.fromHuggingFace(config, keys, sizes.positions());
    LlamaLike like = new LlamaLike(config, name, sizes);
    double epsilon = like.positive("rms_norm_eps", name.equals("dots1") ? 1e-6 : 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = !isExaone() && like.flag("attention_bias", false);
    boolean normsHeads = !isGlm() || like.flag("use_qk_norm", false);
    LayerKinds kinds = kinds(config, sizes);
    Turning turning = Turning.halves(positions.rotation(), positions.turned(sizes.headSize()));
    IntPredicate sparse = Mixtures.afterFirst(config, sizes.layers(), isGlm() ? 1 : 0);
    Layers layers = layers(config, like, activation);
    like.tied(false);
    like.laterLayersUnused();
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          boolean stands = isExaone() && kinds.window() > 0 && !kinds.slides(layer);
          Attention attention =
              like.attention(layer, bias, bias && !isGlm())
                  .turning(stands ? null : turning)
                  .mask(kinds.mask(layer));
          if (normsHeads) {
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

  private LayerKinds kinds(ConfigReader config, Sizes sizes) {
    if (isGlm()) {
      return LayerKinds.none(sizes.layers());
    }
    if (isExaone()) {
      int pattern = config.intOr("sliding_window_pattern", 0, 4);
      return LayerKinds.read(
          config, sizes.layers(), 4096, layer -> pattern > 0 && (layer + 1) % pattern != 0);
    }
    int from = config.intOr("max_window_layers", 0, sizes.layers());
    return LayerKinds.read(config, sizes.layers(), 4096, layer -> layer >= from);
  }

  private Layers layers(ConfigReader config, LlamaLike like, Activation activation) {
    String shared = isExaone() ? "num_shared_experts" : "n_shared_experts";
    int experts =
        Mixtures.experts(
            config, like, isExaone() ? "num_experts" : "n_routed_experts", "num_local_experts");
    Routing pattern =
        Mixtures.corrected(config, like, new Projection("gate", experts), "correction");
    return new Layers(
        like,
        activation,
        pattern,
        config.requiredInt("moe_intermediate_size", 1),
        config.intOr(shared, 0, 1),
        isExaone() ? "mlp.e_score_correction_bias" : "mlp.gate.e_score_correction_bias");
  }

  /// What the mixtures are made of.
  ///
  /// @param routing by names that are replaced in each layer
  private record Layers(
      LlamaLike like,
      Activation activation,
      Routing routing,
      int inner,
      int shared,
      String correction) {
    Mixture mixture(String layer) {
      String at = layer + "mlp.";
      int experts = routing.experts();
      return Mixture.of(
              routing.named(at + "gate", layer + correction),
              Mixtures.layers(like, at + "experts.", experts, inner, activation, false))
          .beside(Mixtures.shared(like, at + "shared_experts.", inner, shared, activation));
    }
  }
}
