package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import java.util.List;
import java.util.function.IntPredicate;

/// Qwen3-Next and Qwen3.5, dense and with experts: three layers of the gated delta rule to one of
/// attention, whose output is gated and of whose heads a quarter turns; norms whose stored weight
/// is what is beyond 1.
final class Qwen35 implements Family {
  private final String name;

  private Qwen35(String name) {
    this.name = name;
  }

  static Qwen35 dense() {
    return new Qwen35("qwen3_5_text");
  }

  static Qwen35 mixture() {
    return new Qwen35("qwen3_5_moe_text");
  }

  static Qwen35 next() {
    return new Qwen35("qwen3_next");
  }

  @Override
  public List<String> names() {
    return List.of(name);
  }

  private boolean isNext() {
    return name.equals("qwen3_next");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    int hidden = config.requiredInt("hidden_size", 1);
    boolean isDense = name.equals("qwen3_5_text");
    int inner =
        isDense
            ? config.requiredInt("intermediate_size", 1)
            : config.intOr("intermediate_size", 1, 5632);
    Sizes sizes = Sizes.read(config, 0, 256, inner, hidden).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000, 0.25, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, name, sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.silu("hidden_act");
    boolean bias = like.flag("attention_bias", false);
    QwenMixers mixers = new QwenMixers(like, config, positions, epsilon, bias);
    Experts experts = isDense ? null : new Experts(config, like, activation, isNext());
    like.tied(false);
    return like.model(
        positions,
        Norming.rmsBeyondOne("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          Part feedForward =
              experts != null && experts.sparse().test(layer)
                  ? experts.mixture(at + "mlp.")
                  : like.gated(layer, activation, false);
          return LlamaLike.normedBefore(
              Norming.rmsBeyondOne(at + "input_layernorm", epsilon),
              isNext() ? mixers.ofTogether(layer) : mixers.of(layer),
              Norming.rmsBeyondOne(at + "post_attention_layernorm", epsilon),
              feedForward);
        });
  }

  /// Experts and a shared one with a gate, in all layers, or as Qwen3-Next's keys say.
  private record Experts(
      LlamaLike like,
      Activation activation,
      int count,
      int chosen,
      int inner,
      int shared,
      boolean divided,
      IntPredicate sparse) {
    Experts(ConfigReader config, LlamaLike like, Activation activation, boolean isNext) {
      this(config, like, activation, isNext, Mixtures.experts(config, like, "num_experts"));
    }

    private Experts(
        ConfigReader config, LlamaLike like, Activation activation, boolean isNext, int count) {
      this(
          like,
          activation,
          count,
          Mixtures.chosen(config, like, "num_experts_per_tok", isNext ? 10 : 8, count),
          config.intOr("moe_intermediate_size", 1, 512),
          config.intOr("shared_expert_intermediate_size", 1, 512),
          !isNext || like.flag("norm_topk_prob", true),
          isNext ? sparse(config) : _ -> true);
    }

    /// Every so many layers, but for those of a list.
    private static IntPredicate sparse(ConfigReader config) {
      int step = config.intOr("decoder_sparse_step", 1, 1);
      List<Integer> dense = Mixtures.numbers(config, "mlp_only_layers");
      return layer -> (layer + 1) % step == 0 && !dense.contains(layer);
    }

    Part mixture(String at) {
      return Mixture.of(
              Routing.softmax(new Projection(at + "gate", count), chosen, divided),
              Mixtures.layers(like, at + "experts.", count, inner, activation, false))
          .beside(Mixtures.shared(like, at + "shared_expert.", shared, 1, activation))
          .gating(new Projection(at + "shared_expert_gate", 1));
    }
  }
}
