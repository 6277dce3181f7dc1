package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// MiniCPM3: latent attention whose heads turn in halves, and scales of embedding, branches and
/// head.
final class MiniCpm3 implements Family {
  @Override
  public List<String> names() {
    return List.of("minicpm3");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    LatentShape latent =
        LatentShape.read(
            config, all -> config.intOr("v_head_dim", 1, Math.max(1, all.hidden() / all.heads())));
    Sizes sizes = latent.sizes();
    int turned = latent.shape().turned();
    RotaryPositions positions =
        RotationReader.fromHuggingFace(config, RotaryKeys.whole(10_000, turned), sizes.positions());
    LlamaLike like = new LlamaLike(config, "minicpm3", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    boolean innerBias = like.flag("mlp_bias", false);
    double embedding = like.positive("scale_emb", 1);
    double depth = like.positive("scale_depth", 1.4);
    double base = like.positive("dim_model_base", 256);
    like.tied(true);
    double scale = depth / Math.sqrt(sizes.layers());
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              return Block.sequential(
                  Branch.of(
                          "attention",
                          Norming.rms(at + "input_layernorm", epsilon),
                          new LatentAttention(
                                  latent.shape(),
                                  at + "self_attn.",
                                  sizes.hidden(),
                                  bias,
                                  Turning.halves(positions.rotation(), turned))
                              .scaledBy(latent.scale(positions)))
                      .scaledBy(scale),
                  Branch.of(
                          "mlp",
                          Norming.rms(at + "post_attention_layernorm", epsilon),
                          like.gated(layer, activation, innerBias))
                      .scaledBy(scale));
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
