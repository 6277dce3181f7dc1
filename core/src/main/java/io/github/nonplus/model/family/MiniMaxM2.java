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
import io.github.nonplus.program.op.Route;
import java.util.List;

/// MiniMax M2: norms of all queries and of all keys at once, heads of which a part turns, and
/// experts by sigmoids with a correction.
final class MiniMaxM2 implements Family {
  @Override
  public List<String> names() {
    return List.of("minimax_m2");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 8, 128).requireEvenHeads(config);
    int turned = config.intOr("rotary_dim", 2, sizes.headSize());
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config,
            RotaryKeys.part(5_000_000, (double) turned / sizes.headSize(), sizes.headSize()),
            sizes.positions());
    LlamaLike like = new LlamaLike(config, "minimax_m2", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_act", "silu");
    requireKnown(config);
    int experts = Mixtures.experts(config, like, "num_local_experts", "num_experts");
    int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", 8, experts);
    like.tied(false);
    Turning turning = Turning.halves(positions.rotation(), positions.turned(sizes.headSize()));
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          String mixture = at + "block_sparse_moe.";
          Attention attention =
              like.attention(layer, false, false)
                  .turning(turning)
                  .norms(
                      Norming.rms(at + "self_attn.q_norm", epsilon),
                      Norming.rms(at + "self_attn.k_norm", epsilon))
                  .normingWholeRows();
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              attention,
              Norming.rms(at + "post_attention_layernorm", epsilon),
              Mixture.of(
                  Routing.sigmoid(
                          new Projection(mixture + "gate", experts), chosen, new Route.Sum(0, 0))
                      .corrected(mixture + "e_score_correction_bias"),
                  Mixtures.numbered(
                      activation, mixture + "experts.", sizes.inner(), sizes.hidden())));
        });
  }

  /// What other code of this family can switch, and transformers does not.
  private static void requireKnown(ConfigReader config) {
    if (!config.stringOr("scoring_func", "sigmoid").equals("sigmoid")
        || !config.booleanOr("use_routing_bias", true)
        || !config.booleanOr("use_qk_norm", true)
        || !config.stringOr("qk_norm_type", "per_layer").equals("per_layer")
        || config.intOr("shared_intermediate_size", 0, 0) != 0) {
      throw config.failure(
          "scoring_func, use_routing_bias, use_qk_norm, qk_norm_type or shared_intermediate_size is not what this family has (sigmoid, true, true, per_layer, 0)");
    }
  }
}
