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
import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Phi-1 to Phi-2: attention and feed-forward layer read one layer norm, part of each head turns,
/// and there are biases everywhere.
final class Phi implements Family {
  @Override
  public List<String> names() {
    return List.of("phi");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000, 0.5, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "phi", sizes);
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "gelu_new");
    boolean normsHeads = like.flag("qk_layernorm", false);
    like.tied(false);
    Turning turning = Turning.halves(positions.rotation(), positions.turned(sizes.headSize()));
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              Heads heads = sizes.attention();
              Attention attention =
                  Attention.of(
                          heads,
                          new Projection(at + "self_attn.q_proj", heads.queryWidth(), true),
                          new Projection(at + "self_attn.k_proj", heads.keyWidth(), true),
                          new Projection(at + "self_attn.v_proj", heads.valueWidth(), true),
                          new Projection(at + "self_attn.dense", sizes.hidden(), true))
                      .turning(turning);
              if (normsHeads) {
                attention.norms(
                    Norming.layer(at + "self_attn.q_layernorm", epsilon),
                    Norming.layer(at + "self_attn.k_layernorm", epsilon));
              }
              Norming norm = Norming.layer(at + "input_layernorm", epsilon);
              return Block.parallel(
                  Branch.of("attention", norm, attention),
                  Branch.of(
                      "mlp",
                      norm,
                      FeedForward.plain(
                          activation,
                          new Projection(at + "mlp.fc1", sizes.inner(), true),
                          new Projection(at + "mlp.fc2", sizes.hidden(), true))));
            });
    return like.model(
        positions,
        new Decoder(
            like.embedding(),
            blocks,
            Norming.layer("model.final_layernorm", epsilon),
            like.head().withBias()));
  }
}
