package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.ExpertLayers;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.operand.Experts;
import io.github.nonplus.weights.Source;
import java.util.List;

/// Granite with experts, which lie in stacks.
final class GraniteMoe implements Family {
  @Override
  public List<String> names() {
    return List.of("granitemoe");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "granitemoe", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    double embedding = like.positive("embedding_multiplier", 1);
    double residual = like.positive("residual_multiplier", 1);
    double scores = like.positive("attention_multiplier", 1);
    double logits = like.positive("logits_scaling", 1);
    int experts = Mixtures.experts(config, like, "num_local_experts");
    int chosen = Mixtures.chosen(config, like, "num_experts_per_tok", 2, experts);
    like.tied(false);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              Attention attention =
                  like.turning(layer, bias, bias, positions.rotation()).scale(scores);
              Routing routing =
                  Routing.softmax(
                      new Projection(at + "block_sparse_moe.router.layer", experts), chosen, true);
              Mixture mixture =
                  Mixture.of(routing, stacked(like, at + "block_sparse_moe.", experts, activation));
              return Block.sequential(
                  Branch.of("attention", Norming.rms(at + "input_layernorm", epsilon), attention)
                      .scaledBy(residual),
                  Branch.of("mlp", Norming.rms(at + "post_attention_layernorm", epsilon), mixture)
                      .scaledBy(residual));
            });
    return like.model(
        positions,
        new Decoder(
            like.embedding().scaledBy(embedding),
            blocks,
            Norming.rms("model.norm", epsilon),
            like.head().scaledBy(1 / logits)));
  }

  /// Stacks `input_linear`, whose first rows are the gate, and `output_linear`.
  static ExpertLayers stacked(LlamaLike like, String at, int experts, Activation activation) {
    int hidden = like.sizes().hidden();
    int inner = like.sizes().inner();
    Source both = Source.stored(at + "input_linear.weight", experts, 2 * inner, hidden);
    Source down = Source.stored(at + "output_linear.weight", experts, hidden, inner);
    for (int e = 0; e < experts; e++) {
      Source own = Mixtures.of(both, e, experts, false);
      like.source(at + e + ".gate.weight", own.rows(0, inner));
      like.source(at + e + ".up.weight", own.rows(inner, 2 * inner));
      like.source(at + e + ".down.weight", Mixtures.of(down, e, experts, false));
    }
    String one = at + Experts.NUMBER + ".";
    return ExpertLayers.gated(
        activation,
        new Projection(one + "gate", inner),
        new Projection(one + "up", inner),
        new Projection(one + "down", hidden));
  }
}
