package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.weights.Source;
import java.util.List;

/// Granite 4: Granite with state spaces in most layers, attention in the others, a feed-forward
/// layer in all, and in some models experts beside it.
final class GraniteHybrid implements Family {
  private static final List<String> SPACES = List.of("mamba", "linear_attention");
  private static final List<String> KINDS =
      List.of("mamba", "linear_attention", "attention", MixerKinds.FULL);

  @Override
  public List<String> names() {
    return List.of("granitemoehybrid");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config);
    LlamaLike like = new LlamaLike(config, "granitemoehybrid", sizes);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    boolean turns = turns(config);
    if (turns) {
      sizes.requireEvenHeads(config);
    }
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_act", "silu");
    if (activation != Activation.SILU) {
      throw config.failure("hidden_act: only silu is implemented");
    }
    boolean bias = like.flag("attention_bias", false);
    double embedding = like.positive("embedding_multiplier", 1);
    double residual = like.positive("residual_multiplier", 1);
    double scores = like.positive("attention_multiplier", 1);
    double logits = like.positive("logits_scaling", 1);
    List<String> kinds = MixerKinds.read(config, sizes.layers(), KINDS, _ -> "mamba");
    StateSpace.Shape shape = HybridKeys.shape(config, sizes.hidden());
    boolean projections = like.flag("mamba_proj_bias", false);
    StateSpace.Biases biases =
        new StateSpace.Biases(projections, like.flag("mamba_conv_bias", true), projections);
    FeedForwards fed = FeedForwards.read(config, like, activation);
    like.tied(false);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              Attention attention = like.attention(layer, bias, bias).scale(scores);
              if (turns) {
                attention = like.turning(layer, bias, bias, positions.rotation()).scale(scores);
              }
              Part mixer =
                  SPACES.contains(kinds.get(layer))
                      ? new StateSpace(
                              shape,
                              at + "mamba.",
                              sizes.hidden(),
                              biases,
                              new StateSpace.Gating(
                                  Norming.rms(at + "mamba.norm", epsilon), 1, false),
                              StateSpace.UNSCALED)
                          .from(like)
                      : attention;
              return Block.sequential(
                  Branch.of("mixer", Norming.rms(at + "input_layernorm", epsilon), mixer)
                      .scaledBy(residual),
                  Branch.of(
                          "mlp", Norming.rms(at + "post_attention_layernorm", epsilon), fed.of(at))
                      .scaledBy(residual));
            });
    return like.model(
        turns ? positions : null,
        new Decoder(
            like.embedding().scaledBy(embedding),
            blocks,
            Norming.rms("model.norm", epsilon),
            like.head().scaledBy(1 / logits)));
  }

  private static boolean turns(ConfigReader config) {
    String type = config.stringOr("position_embedding_type", "nope");
    if (!type.equals("nope") && !type.equals("rope")) {
      throw config.failure(
          "position_embedding_type is '%s', expected nope or rope".formatted(type));
    }
    return type.equals("rope");
  }

  /// What comes after the mixers.
  ///
  /// @param shared width of the layer that reads all rows
  /// @param experts 0 for none
  private record FeedForwards(
      LlamaLike like, Activation activation, int shared, int experts, int chosen) {
    static FeedForwards read(ConfigReader config, LlamaLike like, Activation activation) {
      int shared = config.intOr("shared_intermediate_size", 1, 1024);
      int experts = config.intOr("num_local_experts", 0, 8);
      if (experts == 0) {
        config.find("num_experts_per_tok");
        return new FeedForwards(like, activation, shared, 0, 0);
      }
      Mixtures.experts(config, like, "num_local_experts");
      int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", 2, experts);
      return new FeedForwards(like, activation, shared, experts, chosen);
    }

    Part of(String layer) {
      String at = layer + "shared_mlp.";
      int hidden = like.sizes().hidden();
      Source both = Source.stored(at + "input_linear.weight", 2 * shared, hidden);
      like.source(at + "gate_proj.weight", both.rows(0, shared));
      like.source(at + "up_proj.weight", both.rows(shared, 2 * shared));
      Part all =
          FeedForward.gated(
              activation,
              new Projection(at + "gate_proj", shared),
              new Projection(at + "up_proj", shared),
              new Projection(at + "output_linear", hidden));
      if (experts == 0) {
        return all;
      }
      String sparse = layer + "block_sparse_moe.";
      return Mixture.of(
              Routing.softmax(new Projection(sparse + "router.layer", experts), chosen, true),
              GraniteMoe.stacked(like, sparse, experts, activation))
          .beside(all);
    }
  }
}
