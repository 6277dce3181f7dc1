package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
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
import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.weights.RowOrder;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Map;

/// GPT-J and CodeGen: the branches read one layer norm, and the first columns of each head turn in
/// neighbours.
final class GptJ implements Family {
  private static final Map<String, String> NAMES =
      Map.of(
          "hidden_size", "n_embd",
          "num_attention_heads", "n_head",
          "num_hidden_layers", "n_layer",
          "max_position_embeddings", "n_positions",
          "layer_norm_eps", "layer_norm_epsilon",
          "hidden_act", "activation_function");

  private final boolean isCodeGen;

  private GptJ(boolean isCodeGen) {
    this.isCodeGen = isCodeGen;
  }

  static GptJ plain() {
    return new GptJ(false);
  }

  static GptJ codeGen() {
    return new GptJ(true);
  }

  @Override
  public List<String> names() {
    return List.of(isCodeGen ? "codegen" : "gptj");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    int hidden = config.requiredInt("hidden_size", 1);
    int inner = config.intOr("n_inner", 1, 4 * hidden);
    Sizes sizes = Sizes.read(config, 0, 0, inner, hidden);
    int turned = config.intOr("rotary_dim", 2, 64);
    if (turned % 2 != 0 || turned > sizes.headSize()) {
      throw config.failure(
          "rotary_dim is %d, expected an even number of up to %d columns of a head"
              .formatted(turned, sizes.headSize()));
    }
    LlamaLike like = new LlamaLike(config, names().getFirst(), sizes);
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "gelu_new");
    like.names("transformer.wte", "lm_head").tied(false);
    like.unused(".attn.bias", ".attn.masked_bias", ".attn.causal_mask");
    Turning turning = Turning.neighbours(new DefaultRotation(10_000), turned);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = "transformer.h.%d.".formatted(layer);
              Heads heads = sizes.attention();
              if (isCodeGen) {
                takeApart(like, at + "attn.", heads);
              }
              Norming norm = Norming.layer(at + "ln_1", epsilon);
              return Block.parallel(
                  Branch.of(
                      "attention",
                      norm,
                      Attention.of(
                              heads,
                              new Projection(at + "attn.q_proj", heads.queryWidth()),
                              new Projection(at + "attn.k_proj", heads.keyWidth()),
                              new Projection(at + "attn.v_proj", heads.valueWidth()),
                              new Projection(at + "attn.out_proj", hidden))
                          .turning(turning)),
                  Branch.of(
                      "mlp",
                      norm,
                      FeedForward.plain(
                          activation,
                          new Projection(at + "mlp.fc_in", inner, true),
                          new Projection(at + "mlp.fc_out", hidden, true))));
            });
    return like.model(
        null,
        new Decoder(
            like.embedding(),
            blocks,
            Norming.layer("transformer.ln_f", epsilon),
            like.head().withBias()));
  }

  /// CodeGen's rows lie in four parts for as many accelerators, each of queries, values and keys of
  /// a quarter of the heads.
  private static void takeApart(LlamaLike like, String at, Heads heads) {
    Fused.requireKeyForEachQuery(like, heads);
    int width = heads.queryWidth();
    int part = width / 4;
    Source stored = Source.stored(at + "qkv_proj.weight", 3 * width, like.sizes().hidden());
    String[] order = {"q_proj", "v_proj", "k_proj"};
    for (int i = 0; i < order.length; i++) {
      int within = i * part;
      like.source(
          at + order[i] + ".weight",
          stored.gathered(RowOrder.of(width, row -> row / part * 3 * part + within + row % part)));
    }
  }
}
