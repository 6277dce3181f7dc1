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
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Route;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;

/// DeepSeek V2, V3 and V3.2, GLM-4.7-Flash, GLM-5 and Mistral 4: latent attention, perhaps to keys
/// that an indexer chooses, and experts in all layers but the first.
///
/// @param name its `model_type`
/// @param epsilon of its norms, where the configuration has none
/// @param dense layers without experts, at the beginning, where the configuration does not say
/// @param factor of the experts' weights, likewise
/// @param scores what the router makes of its logits
/// @param groups of experts, likewise
/// @param indexed how the heads of an indexer turn; null where there is none
record DeepSeek(
    String name,
    double epsilon,
    int dense,
    double factor,
    Route.Scoring scores,
    Route.Groups groups,
    Rotate.Pairing indexed)
    implements Family {
  private static final Route.Groups ONE = new Route.Groups(1, 1, 1);
  private static final Route.Groups EIGHT = new Route.Groups(8, 4, 2);

  static DeepSeek second() {
    return new DeepSeek("deepseek_v2", 1e-6, 0, 1, Route.Scoring.SOFTMAX, ONE, null);
  }

  static DeepSeek third() {
    return new DeepSeek("deepseek_v3", 1e-6, 3, 2.5, Route.Scoring.SIGMOID, EIGHT, null);
  }

  /// V3.2.
  static DeepSeek sparse() {
    return new DeepSeek(
        "deepseek_v32", 1e-6, 3, 2.5, Route.Scoring.SIGMOID, EIGHT, Rotate.Pairing.HALVES);
  }

  /// GLM-5.
  static DeepSeek sparseGlm() {
    return new DeepSeek(
        "glm_moe_dsa", 1e-5, 3, 2.5, Route.Scoring.SIGMOID, ONE, Rotate.Pairing.NEIGHBOURS);
  }

  static DeepSeek glm() {
    return new DeepSeek("glm4_moe_lite", 1e-5, 1, 1.8, Route.Scoring.SIGMOID, ONE, null);
  }

  static DeepSeek mistral() {
    return new DeepSeek("mistral4", 1e-6, 0, 1, Route.Scoring.SOFTMAX, ONE, null);
  }

  @Override
  public List<String> names() {
    return List.of(name);
  }

  private boolean isSecond() {
    return name.equals("deepseek_v2");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    LatentShape latent = LatentShape.read(config);
    Sizes sizes = latent.sizes();
    int turned = latent.shape().turned();
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000, 1, turned), sizes.positions());
    LlamaLike like = new LlamaLike(config, name, sizes).fact("head_dim", latent.shape().size());
    double eps = like.positive("rms_norm_eps", epsilon);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    boolean innerBias = like.flag("mlp_bias", false);
    boolean neighbours = isSecond() || config.booleanOr("rope_interleave", true);
    if (indexed != null && !neighbours) {
      throw config.failure(
          "rope_interleave is false, which transformers does not obey in this family");
    }
    requireKnown(config);
    IntPredicate sparse = Mixtures.afterFirst(config, sizes.layers(), dense);
    int experts = Mixtures.experts(config, like, "n_routed_experts", "num_local_experts");
    Routing routing = routing(config, like, experts);
    int inner = config.requiredInt("moe_intermediate_size", 1);
    int shared = config.intOr("n_shared_experts", 0, 0);
    like.tied(false);
    like.laterLayersUnused();
    Turning turning =
        Turning.first(
            positions.rotation(),
            turned,
            neighbours ? Rotate.Pairing.NEIGHBOURS : Rotate.Pairing.HALVES);
    IntFunction<KeyIndexer> indexers =
        indexed == null
            ? _ -> null
            : KeyIndexer.read(
                config,
                like,
                latent.shape(),
                Turning.first(positions.rotation(), turned, indexed),
                indexed == Rotate.Pairing.NEIGHBOURS);
    return like.model(
        positions,
        Norming.rms("model.norm", eps),
        layer -> {
          String at = LlamaLike.at(layer);
          String mlp = at + "mlp.";
          Part attention =
              new LatentAttention(latent.shape(), at + "self_attn.", sizes.hidden(), bias, turning)
                  .scaledBy(latent.scale(positions))
                  .among(indexers.apply(layer))
                  .multiplying(positions.queryFactor());
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", eps),
              attention,
              Norming.rms(at + "post_attention_layernorm", eps),
              sparse.test(layer)
                  ? Mixture.of(
                          routing.named(
                              mlp + "gate",
                              scores == Route.Scoring.SIGMOID
                                  ? mlp + "gate.e_score_correction_bias"
                                  : null),
                          Mixtures.layers(
                              like, mlp + "experts.", experts, inner, activation, false))
                      .beside(
                          Mixtures.shared(like, mlp + "shared_experts.", inner, shared, activation))
                  : like.gated(layer, activation, innerBias));
        });
  }

  private Routing routing(ConfigReader config, LlamaLike like, int experts) {
    int chosen =
        Mixtures.chosen(
            config, like, "num_experts_per_tok", name.equals("glm4_moe_lite") ? 4 : 8, experts);
    boolean divided = config.booleanOr("norm_topk_prob", !isSecond());
    if (isSecond() && divided) {
      throw config.failure(
          "norm_topk_prob is true, which transformers does not obey in this family");
    }
    boolean grouped =
        !isSecond() || config.stringOr("topk_method", "greedy").equals("group_limited_greedy");
    Route.Groups within =
        Mixtures.groups(config, experts, grouped ? chosen : 0, isSecond() ? 1 : 2, groups);
    Projection router = new Projection("gate", experts);
    Route.Sum sum = divided ? new Route.Sum(1e-20, 0) : null;
    Routing routing =
        scores == Route.Scoring.SIGMOID
            ? Routing.sigmoid(router, chosen, sum)
            : Routing.softmax(router, chosen, false).over(sum);
    return routing
        .within(grouped ? within : ONE)
        .times(config.positiveOr("routed_scaling_factor", factor));
  }

  /// Refuses what older code of these families obeyed and transformers does not.
  private void requireKnown(ConfigReader config) {
    String expected = scores.name().toLowerCase(Locale.ROOT);
    String scoring = config.stringOr("scoring_func", expected);
    if (!scoring.equals(expected)) {
      throw config.failure("scoring_func is '%s', expected '%s'".formatted(scoring, expected));
    }
    String method = config.stringOr("topk_method", isSecond() ? "greedy" : "noaux_tc");
    List<String> known =
        isSecond() ? List.of("greedy", "group_limited_greedy") : List.of("noaux_tc");
    if (!known.contains(method)) {
      throw config.failure(
          "topk_method is '%s', expected %s".formatted(method, String.join(" or ", known)));
    }
    if (config.intOr("moe_layer_freq", 1, 1) != 1) {
      throw config.failure(
          "moe_layer_freq is %s, expected 1".formatted(config.shown("moe_layer_freq")));
    }
  }
}
