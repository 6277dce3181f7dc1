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
import java.util.Map;

/// GPT-NeoX and Pythia: layer norms, branches that read two norms of the same row, one matrix for
/// queries, keys and values, and a quarter of each head turns.
final class GptNeoX implements Family {
  private static final Map<String, String> NAMES =
      Map.of("rope_theta", "rotary_emb_base", "partial_rotary_factor", "rotary_pct");

  @Override
  public List<String> names() {
    return List.of("gpt_neox");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    Sizes sizes = Sizes.read(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000, 0.25, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "gpt_neox", sizes);
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "gelu");
    boolean bias = like.flag("attention_bias", true);
    boolean parallel = like.flag("use_parallel_residual", true);
    like.names("gpt_neox.embed_in", "embed_out").tied(false);
    like.unused(".attention.bias", ".attention.masked_bias");
    Turning turning = Turning.halves(positions.rotation(), positions.turned(sizes.headSize()));
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = "gpt_neox.layers.%d.".formatted(layer);
              Heads heads = sizes.attention();
              Fused.byHead(like, at + "attention.query_key_value", at + "attention.", heads, bias);
              Branch attention =
                  Branch.of(
                      "attention",
                      Norming.layer(at + "input_layernorm", epsilon),
                      Attention.of(
                              heads,
                              new Projection(at + "attention.q_proj", heads.queryWidth(), bias),
                              new Projection(at + "attention.k_proj", heads.keyWidth(), bias),
                              new Projection(at + "attention.v_proj", heads.valueWidth(), bias),
                              new Projection(at + "attention.dense", sizes.hidden(), bias))
                          .turning(turning));
              Branch feedForward =
                  Branch.of(
                      "mlp",
                      Norming.layer(at + "post_attention_layernorm", epsilon),
                      FeedForward.plain(
                          activation,
                          new Projection(at + "mlp.dense_h_to_4h", sizes.inner(), true),
                          new Projection(at + "mlp.dense_4h_to_h", sizes.hidden(), true)));
              return parallel
                  ? Block.parallel(attention, feedForward)
                  : Block.sequential(attention, feedForward);
            });
    return like.model(
        positions,
        new Decoder(
            like.embedding(),
            blocks,
            Norming.layer("gpt_neox.final_layer_norm", epsilon),
            like.head()));
  }
}
