package io.github.nonplus.model.family;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.HarmlessKeys;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import java.util.List;
import java.util.Map;

/// MPT: no positions but slopes, layer norms and linear layers without biases.
final class Mpt implements Family {
  private static final Map<String, String> NAMES =
      Map.of(
          "hidden_size", "d_model",
          "num_attention_heads", "n_heads",
          "num_hidden_layers", "n_layers",
          "max_position_embeddings", "max_seq_len",
          "layer_norm_eps", "layer_norm_epsilon");

  @Override
  public List<String> names() {
    return List.of("mpt");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    int hidden = config.requiredInt("hidden_size", 1);
    Sizes sizes = Sizes.read(config, 0, 0, 4 * hidden, hidden);
    requireUsual(config, "expansion_ratio", 4);
    LlamaLike like = new LlamaLike(config, "mpt", sizes);
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    ConfigReader attend =
        config
            .findObject("attn_config")
            .orElseGet(
                () -> new ConfigReader(config.path(), JsonNodeFactory.instance.objectNode()));
    requireUsual(attend, "alibi_bias_max", 8);
    double clip = attend.find("clip_qkv").isPresent() ? attend.positiveOr("clip_qkv", 1) : 0;
    double scale = attend.positiveOr("softmax_scale", 1 / Math.sqrt(sizes.headSize()));
    attend.refuseUnknown(HarmlessKeys.of("mpt"));
    like.fact("clip_qkv", clip).fact("softmax_scale", scale);
    like.names("transformer.wte", "lm_head").tied(true);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = "transformer.blocks.%d.".formatted(layer);
              Heads heads = sizes.attention();
              Fused.inRows(like, at + "attn.Wqkv", at + "attn.", heads);
              return LlamaLike.normedBefore(
                  Norming.layerWithoutBias(at + "norm_1", epsilon),
                  Attention.of(
                          heads,
                          new Projection(at + "attn.q_proj", heads.queryWidth()),
                          new Projection(at + "attn.k_proj", heads.keyWidth()),
                          new Projection(at + "attn.v_proj", heads.valueWidth()),
                          new Projection(at + "attn.out_proj", hidden))
                      .clip(clip)
                      .scale(scale)
                      .slopes(Slopes.ofSteps(heads.queries())),
                  Norming.layerWithoutBias(at + "norm_2", epsilon),
                  FeedForward.plain(
                      Activation.GELU,
                      new Projection(at + "ffn.up_proj", 4 * hidden),
                      new Projection(at + "ffn.down_proj", hidden)));
            });
    return like.model(
        null,
        new Decoder(
            like.embedding(),
            blocks,
            Norming.layerWithoutBias("transformer.norm_f", epsilon),
            like.head()));
  }

  private static void requireUsual(ConfigReader config, String key, double usual) {
    double value = config.findNumber(key).orElse(usual);
    if (value != usual) {
      throw config.failure("%s is %s, only %s is implemented".formatted(key, value, usual));
    }
  }
}
