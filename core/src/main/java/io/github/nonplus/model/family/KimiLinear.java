package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;

/// Kimi Linear: the delta rule with a decay for each column of the keys, latent attention without
/// positions in some layers, and experts in all layers but the first.
final class KimiLinear implements Family {
  private static final Map<String, String> NAMES =
      Map.of("max_position_embeddings", "model_max_length");

  @Override
  public List<String> names() {
    return List.of("kimi_linear");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    LatentShape latent = LatentShape.read(config);
    Sizes sizes = latent.sizes();
    LlamaLike like = new LlamaLike(config, "kimi_linear", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.silu("hidden_act");
    boolean bias = like.flag("attention_bias", false);
    Linear linear = Linear.read(config, sizes.layers());
    IntPredicate sparse = Mixtures.afterFirst(config, sizes.layers(), 1);
    linear.requireSame(config, sizes.layers());
    Experts experts = new Experts(config, like, activation);
    like.tied(false);
    return like.model(
        null,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          String mixer = at + "self_attn.";
          Part attention =
              linear.attends(layer)
                  ? new LatentAttention(latent.shape(), mixer, sizes.hidden(), bias, null)
                  : linear.rule(like, mixer, epsilon);
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              attention,
              Norming.rms(at + "post_attention_layernorm", epsilon),
              sparse.test(layer) ? experts.mixture(at) : dense(like, at, activation));
        });
  }

  /// Files have it under the name of either part.
  private static Part dense(LlamaLike like, String layer, Activation activation) {
    int hidden = like.sizes().hidden();
    int inner = like.sizes().inner();
    for (String name : List.of("gate_proj", "up_proj", "down_proj")) {
      boolean isLast = name.startsWith("down");
      String ending = name + ".weight";
      int rows = isLast ? hidden : inner;
      int columns = isLast ? inner : hidden;
      like.source(
          layer + "mlp." + ending,
          Source.stored(layer + "mlp." + ending, rows, columns)
              .or(Source.stored(layer + "block_sparse_moe." + ending, rows, columns)));
    }
    return FeedForward.gated(activation, layer + "mlp.", inner, hidden, false);
  }

  /// The layers of the delta rule; the configuration counts layers from 1.
  private record Linear(int heads, int size, int taps, List<Integer> full) {
    static Linear read(ConfigReader config, int layers) {
      ConfigReader own =
          config
              .findObject("linear_attn_config")
              .orElseThrow(() -> config.failure("linear_attn_config is missing"));
      List<Integer> full = Mixtures.numbers(own, "full_attn_layers");
      List<Integer> rules = Mixtures.numbers(own, "kda_layers");
      for (int layer = 1; layer <= layers; layer++) {
        if (full.contains(layer) == rules.contains(layer)) {
          throw own.failure(
              "layer %d stands in both or in none of full_attn_layers and kda_layers"
                  .formatted(layer));
        }
      }
      Linear linear =
          new Linear(
              own.requiredInt("num_heads", 1),
              own.requiredInt("head_dim", 1),
              own.intOr("short_conv_kernel_size", 1, 4),
              full);
      own.refuseUnknown(java.util.Set.of());
      return linear;
    }

    /// What transformers 5.24 writes beside it says the same in other words.
    void requireSame(ConfigReader config, int layers) {
      List<String> kinds =
          MixerKinds.read(
              config,
              layers,
              List.of(MixerKinds.FULL, "linear_attention"),
              layer -> attends(layer) ? MixerKinds.FULL : "linear_attention");
      for (int layer = 0; layer < layers; layer++) {
        if (attends(layer) != kinds.get(layer).equals(MixerKinds.FULL)) {
          throw config.failure(
              "layer_types and linear_attn_config contradict each other in layer %d; remove the one that is wrong"
                  .formatted(layer));
        }
      }
      requireSame(config, "linear_num_heads", heads);
      requireSame(config, "linear_head_dim", size);
      requireSame(config, "linear_conv_kernel_dim", taps);
    }

    private static void requireSame(ConfigReader config, String key, int here) {
      int there = config.intOr(key, 1, here);
      if (there != here) {
        throw config.failure(
            "%s is %d, and %d in linear_attn_config; remove the one that is wrong"
                .formatted(key, there, here));
      }
    }

    boolean attends(int layer) {
      return full.contains(layer + 1);
    }

    Part rule(LlamaLike like, String at, double epsilon) {
      DeltaRule.Shape shape = new DeltaRule.Shape(heads, heads, size, size);
      for (String each : List.of("q", "k", "v")) {
        Convolutions.whole(like, at + each + "_conv1d", shape.width(), taps);
      }
      like.source(at + "A_log", Source.stored(at + "A_log", 1, 1, heads, 1));
      return new DeltaRule(
          shape,
          at,
          like.sizes().hidden(),
          taps,
          Norming.rms(at + "o_norm", epsilon),
          Activation.SIGMOID,
          1,
          size);
    }
  }

  /// Experts that sigmoids choose, in groups, with others that read all rows.
  private record Experts(
      LlamaLike like,
      Activation activation,
      int count,
      int chosen,
      int inner,
      int shared,
      Route.Groups groups,
      Route.Sum sum,
      double factor) {
    Experts(ConfigReader config, LlamaLike like, Activation activation) {
      this(config, like, activation, Mixtures.experts(config, like, "num_experts"));
    }

    private Experts(ConfigReader config, LlamaLike like, Activation activation, int count) {
      this(
          config,
          like,
          activation,
          count,
          Mixtures.chosen(config, like, "num_experts_per_token", 8, count));
    }

    private Experts(
        ConfigReader config, LlamaLike like, Activation activation, int count, int chosen) {
      this(
          like,
          activation,
          count,
          chosen,
          config.requiredInt("moe_intermediate_size", 1),
          config.intOr("num_shared_experts", 0, 1),
          Mixtures.groups(config.calling(Map.of("n_group", "num_expert_group")), count, chosen, 2),
          like.flag("moe_renormalize", true) ? new Route.Sum(1e-20, 0) : null,
          like.positive("routed_scaling_factor", 1));
    }

    Part mixture(String layer) {
      String at = layer + "block_sparse_moe.";
      Routing routing =
          Routing.sigmoid(new Projection(at + "gate", count), chosen, sum)
              .corrected(at + "gate.e_score_correction_bias")
              .within(groups)
              .times(factor);
      return Mixture.of(
              routing, Mixtures.numbered(activation, at + "experts.", inner, like.sizes().hidden()))
          .beside(Mixtures.shared(like, at + "shared_experts.", inner, shared, activation));
    }
  }
}
