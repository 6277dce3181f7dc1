package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Mixture;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Routing;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// MiniCPM 1 and 2, dense or with experts: Llama with three numbers, for the embedding, the depth
/// and the width.
final class MiniCpm implements Family {
  @Override
  public List<String> names() {
    return List.of("minicpm");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "minicpm", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    double embedding = like.positive("scale_emb", 1);
    double depth = like.positive("scale_depth", 1) / Math.sqrt(sizes.layers());
    double base = like.positive("dim_model_base", 1);
    int experts = config.intOr("num_experts", 0, 0);
    int chosen =
        experts == 0
            ? config.intOr("num_experts_per_tok", 0, 0)
            : Mixtures.chosen(
                config,
                like.fact("experts", experts),
                "num_experts_per_tok",
                Math.min(2, experts),
                experts);
    like.tied(true);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              Part inner =
                  experts == 0
                      ? like.gated(layer, activation, false)
                      : Mixture.of(
                          Routing.softmax(new Projection(at + "mlp.gate", experts), chosen, true),
                          Mixtures.numbered(
                              activation, at + "mlp.experts.", sizes.inner(), sizes.hidden()));
              return Block.sequential(
                  Branch.of(
                          "attention",
                          Norming.rms(at + "input_layernorm", epsilon),
                          like.turning(layer, bias, bias, positions.rotation()))
                      .scaledBy(depth),
                  Branch.of("mlp", Norming.rms(at + "post_attention_layernorm", epsilon), inner)
                      .scaledBy(depth));
            });
    return like.model(
        positions,
        new Decoder(
            like.embedding().scaledBy(embedding),
            blocks,
            Norming.rms("model.norm", epsilon),
            like.head().scaledBy(base / sizes.hidden())));
  }
}
