package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Granite: Llama with four numbers, for the embedding, the branches, the scores and the logits.
final class Granite implements Family {
  @Override
  public List<String> names() {
    return List.of("granite");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "granite", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_act", "silu");
    boolean attentionBias = like.flag("attention_bias", false);
    boolean bias = like.flag("mlp_bias", false);
    double embedding = like.positive("embedding_multiplier", 1);
    double residual = like.positive("residual_multiplier", 1);
    double scores = like.positive("attention_multiplier", 1);
    double logits = like.positive("logits_scaling", 1);
    like.tied(false);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              Attention attention =
                  like.turning(layer, attentionBias, attentionBias, positions.rotation())
                      .scale(scores);
              return Block.sequential(
                  Branch.of("attention", Norming.rms(at + "input_layernorm", epsilon), attention)
                      .scaledBy(residual),
                  Branch.of(
                          "mlp",
                          Norming.rms(at + "post_attention_layernorm", epsilon),
                          like.gated(layer, activation, bias))
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
}
