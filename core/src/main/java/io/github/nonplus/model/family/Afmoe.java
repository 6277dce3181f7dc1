package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Route;
import java.util.List;

/// AFMoE (Trinity): four norms a layer, attention with a gate, turned only where it slides, and
/// experts by sigmoids with a correction.
final class Afmoe implements Family {
  @Override
  public List<String> names() {
    return List.of("afmoe");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 0, 128).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "afmoe", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    int every = config.intOr("global_attn_every_n_layers", 1, 4);
    LayerKinds kinds =
        LayerKinds.read(config, sizes.layers(), 1024, layer -> (layer + 1) % every != 0);
    int dense = config.intOr("num_dense_layers", 0, 1);
    boolean scaled = like.flag("mup_enabled", false);
    Layers layers = layers(config, like, activation);
    like.tied(false);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              Attention attention =
                  like.attention(layer, bias, bias)
                      .norms(
                          Norming.rms(at + "self_attn.q_norm", epsilon),
                          Norming.rms(at + "self_attn.k_norm", epsilon))
                      .mask(kinds.mask(layer))
                      .turning(
                          kinds.slides(layer)
                              ? Turning.halves(positions.rotation(), sizes.headSize())
                              : null)
                      .gatedBy(
                          new Projection(
                              at + "self_attn.gate_proj", sizes.heads() * sizes.headSize()));
              Part feedForward =
                  layer < dense
                      ? like.gated(layer, activation, false)
                      : layers.mixture(at + "mlp.");
              return Block.sequential(
                  Branch.of("attention", Norming.rms(at + "input_layernorm", epsilon), attention)
                      .then(Norming.rms(at + "post_attention_layernorm", epsilon)),
                  Branch.of("mlp", Norming.rms(at + "pre_mlp_layernorm", epsilon), feedForward)
                      .then(Norming.rms(at + "post_mlp_layernorm", epsilon)));
            });
    return like.model(
        positions,
        new Decoder(
            like.embedding().scaledBy(scaled ? Math.sqrt(sizes.hidden()) : 1),
            blocks,
            Norming.rms("model.norm", epsilon),
            like.head()));
  }

  private static Layers layers(ConfigReader config, LlamaLike like, Activation activation) {
    if (!config.stringOr("score_func", "sigmoid").equals("sigmoid")
        || config.intOr("n_group", 1, 1) != 1
        || config.intOr("topk_group", 1, 1) != 1) {
      throw config.failure(
          "score_func, n_group or topk_group is not what this family has (sigmoid, 1, 1)");
    }
    int experts = Mixtures.experts(config, like, "num_experts", "num_local_experts");
    int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", 8, experts);
    boolean divided = config.booleanOr("route_norm", true);
    double factor = config.positiveOr("route_scale", 1);
    Routing routing =
        Routing.sigmoid(
                new Projection("gate", experts), chosen, divided ? new Route.Sum(1e-20, 0) : null)
            .times(factor);
    return new Layers(
        like,
        activation,
        routing,
        config.requiredInt("moe_intermediate_size", 1),
        config.intOr("num_shared_experts", 0, 1));
  }

  /// What the mixtures are made of.
  ///
  /// @param routing by names that are replaced in each layer
  private record Layers(
      LlamaLike like, Activation activation, Routing routing, int inner, int shared) {
    Mixture mixture(String mlp) {
      int experts = routing.experts();
      return Mixture.of(
              routing.named(mlp + "router.gate", mlp + "expert_bias"),
              Mixtures.layers(like, mlp + "experts.", experts, inner, activation, false))
          .beside(Mixtures.shared(like, mlp + "shared_experts.", inner, shared, activation));
    }
  }
}
