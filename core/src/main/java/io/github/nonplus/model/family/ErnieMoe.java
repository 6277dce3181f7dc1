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
import io.github.nonplus.program.op.Route;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.function.IntPredicate;

/// ERNIE 4.5 with experts: softmaxes with a correction of the choice, beside shared experts.
final class ErnieMoe implements Family {
  @Override
  public List<String> names() {
    return List.of("ernie4_5_moe");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 4, 0).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(500_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "ernie4_5_moe", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("use_bias", false);
    IntPredicate sparse = sparse(config, sizes.layers());
    int experts = Mixtures.experts(config, like, "moe_num_experts");
    int chosen = Mixtures.chosen(config, like, "moe_k", 6, experts);
    int inner = config.requiredInt("moe_intermediate_size", 1);
    int shared = config.intOr("moe_num_shared_experts", 0, 2);
    double least = config.positiveOr("moe_norm_min", 1e-12);
    like.tied(true);
    like.laterLayersUnused();
    Turning turning = Turning.neighbours(positions.rotation(), sizes.headSize());
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          String mlp = at + "mlp.";
          Part feedForward = like.gated(layer, activation, bias);
          if (sparse.test(layer)) {
            String correction = mlp + "moe_statics.e_score_correction_bias";
            like.source(mlp + "correction", Source.stored(correction, 1, experts).flattened());
            feedForward =
                Mixture.of(
                        Routing.softmax(new Projection(mlp + "gate", experts), chosen, false)
                            .corrected(mlp + "correction")
                            .over(new Route.Sum(0, least)),
                        Mixtures.layers(like, mlp + "experts.", experts, inner, activation, false))
                    .beside(
                        Mixtures.shared(like, mlp + "shared_experts.", inner, shared, activation));
          }
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              like.attention(layer, bias, bias).turning(turning),
              Norming.rms(at + "post_attention_layernorm", epsilon),
              feedForward);
        });
  }

  /// Every so many layers between two.
  private static IntPredicate sparse(ConfigReader config, int layers) {
    int interval = config.intOr("moe_layer_interval", 1, 1);
    int first = config.intOr("moe_layer_start_index", 0, 1);
    int last = config.intOr("moe_layer_end_index", -1, -1);
    int end = last < 0 ? layers - 1 : last;
    IntPredicate otherwise = layer -> (layer + 1) % interval == 0 && layer >= first && layer <= end;
    return Mixtures.sparse(config, layers, otherwise);
  }
}
