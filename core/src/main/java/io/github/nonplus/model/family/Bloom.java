package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import java.util.List;
import java.util.Map;

/// BLOOM: no positions but slopes, a layer norm of the embedding, and one matrix for queries, keys
/// and values.
final class Bloom implements Family {
  private static final Map<String, String> NAMES =
      Map.of(
          "hidden_size", "n_embed",
          "num_attention_heads", "n_head",
          "num_hidden_layers", "n_layer",
          "layer_norm_eps", "layer_norm_epsilon");

  @Override
  public List<String> names() {
    return List.of("bloom");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    int hidden = config.requiredInt("hidden_size", 1);
    Sizes sizes = Sizes.read(config, 0, 0, 4 * hidden, hidden);
    if (config.booleanOr("slow_but_exact", false) && config.intOr("pretraining_tp", 1, 1) > 1) {
      throw config.failure(
          "slow_but_exact with pretraining_tp above 1 drops biases in the original; set it to false");
    }
    config.find("pretraining_tp");
    LlamaLike like = new LlamaLike(config, "bloom", sizes);
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    boolean normed = like.flag("apply_residual_connection_post_layernorm", false);
    like.names("transformer.word_embeddings", "lm_head").tied(true);
    Block.Step.Residual residual =
        normed ? Block.Step.Residual.NORMED_INPUT : Block.Step.Residual.INPUT;
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = "transformer.h.%d.".formatted(layer);
              return new Block(
                  List.of(
                      step(
                          "attention",
                          Norming.layer(at + "input_layernorm", epsilon),
                          attention(like, at + "self_attention."),
                          residual),
                      step(
                          "mlp",
                          Norming.layer(at + "post_attention_layernorm", epsilon),
                          FeedForward.plain(
                              Activation.GELU_TANH,
                              new Projection(at + "mlp.dense_h_to_4h", 4 * hidden, true),
                              new Projection(at + "mlp.dense_4h_to_h", hidden, true)),
                          residual)),
                  null);
            });
    return like.model(
        null,
        new Decoder(
            like.embedding().with(Norming.layer("transformer.word_embeddings_layernorm", epsilon)),
            blocks,
            Norming.layer("transformer.ln_f", epsilon),
            like.head()));
  }

  private static Block.Step step(
      String name, Norming norm, Part part, Block.Step.Residual residual) {
    return new Block.Step(List.of(Branch.of(name, norm, part)), residual, null, null);
  }

  private static Attention attention(LlamaLike like, String at) {
    Heads heads = like.sizes().attention();
    Fused.byHead(like, at + "query_key_value", at, heads);
    return Attention.of(
            heads,
            new Projection(at + "q_proj", heads.queryWidth(), true),
            new Projection(at + "k_proj", heads.keyWidth(), true),
            new Projection(at + "v_proj", heads.valueWidth(), true),
            new Projection(at + "dense", like.sizes().hidden(), true))
        .slopes(Slopes.ofPowers(heads.queries()));
  }
}
