package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Embedding;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Map;

/// GPT-2 and GPT-BigCode: learnt positions, layer norms, one matrix for queries, keys and values;
/// GPT-2 stores its matrices by inputs and outputs.
final class Gpt2 implements Family {
  private static final Map<String, String> NAMES =
      Map.of(
          "hidden_size", "n_embd",
          "num_attention_heads", "n_head",
          "num_hidden_layers", "n_layer",
          "max_position_embeddings", "n_positions",
          "layer_norm_eps", "layer_norm_epsilon",
          "hidden_act", "activation_function");

  private final boolean isBigCode;

  private Gpt2(boolean isBigCode) {
    this.isBigCode = isBigCode;
  }

  static Gpt2 plain() {
    return new Gpt2(false);
  }

  static Gpt2 bigCode() {
    return new Gpt2(true);
  }

  @Override
  public List<String> names() {
    return List.of(isBigCode ? "gpt_bigcode" : "gpt2");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    int hidden = config.requiredInt("hidden_size", 1);
    int inner = config.intOr("n_inner", 1, 4 * hidden);
    boolean sharesKey = isBigCode && config.booleanOr("multi_query", true);
    Sizes sizes = Sizes.read(config, sharesKey ? 1 : 0, 0, inner, hidden);
    if (isBigCode && sizes.keyHeads() != (sharesKey ? 1 : sizes.heads())) {
      throw config.failure(
          "multi_query is %s, but num_key_value_heads %d; remove the one that is wrong"
              .formatted(sharesKey, sizes.keyHeads()));
    }
    LlamaLike like = new LlamaLike(config, names().getFirst(), sizes);
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    Activation activation =
        like.activation("hidden_act", isBigCode ? "gelu_pytorch_tanh" : "gelu_new");
    boolean scales = like.flag("scale_attn_weights", true);
    boolean byLayer = !isBigCode && like.flag("scale_attn_by_inverse_layer_idx", false);
    config.find("reorder_and_upcast_attn"); // the same numbers in another precision
    like.names("transformer.wte", "lm_head").tied(true).limit(sizes.positions());
    like.unused(".attn.bias", ".attn.masked_bias");
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = "transformer.h.%d.".formatted(layer);
              double root = scales ? 1 / Math.sqrt(sizes.headSize()) : 1;
              return LlamaLike.normedBefore(
                  Norming.layer(at + "ln_1", epsilon),
                  attention(like, at + "attn.", sharesKey)
                      .scale(byLayer ? root / (layer + 1) : root),
                  Norming.layer(at + "ln_2", epsilon),
                  FeedForward.plain(
                      activation,
                      projection(like, at + "mlp.c_fc", inner, hidden),
                      projection(like, at + "mlp.c_proj", hidden, inner)));
            });
    return like.model(
        null,
        new Decoder(
            like.embedding().with(new Embedding.Positions("transformer.wpe", sizes.positions(), 0)),
            blocks,
            Norming.layer("transformer.ln_f", epsilon),
            like.head()));
  }

  private Attention attention(LlamaLike like, String at, boolean sharesKey) {
    Heads heads = like.sizes().attention();
    int hidden = like.sizes().hidden();
    int rows = heads.queryWidth() + heads.keyWidth() + heads.valueWidth();
    Source weight =
        isBigCode
            ? Source.stored(at + "c_attn.weight", rows, hidden)
            : Source.stored(at + "c_attn.weight", hidden, rows).transposed();
    Source bias = Source.stored(at + "c_attn.bias", rows);
    if (isBigCode && !sharesKey) {
      Fused.byKeyHead(like, weight, at, ".weight", heads);
      Fused.byKeyHead(like, bias, at, ".bias", heads);
    } else {
      Fused.inRows(like, weight, at, ".weight", heads);
      Fused.inRows(like, bias, at, ".bias", heads);
    }
    return Attention.of(
        heads,
        new Projection(at + "q_proj", heads.queryWidth(), true),
        new Projection(at + "k_proj", heads.keyWidth(), true),
        new Projection(at + "v_proj", heads.valueWidth(), true),
        projection(like, at + "c_proj", hidden, heads.outputWidth()));
  }

  private Projection projection(LlamaLike like, String name, int outputs, int inputs) {
    if (!isBigCode) {
      like.source(name + ".weight", Source.stored(name + ".weight", inputs, outputs).transposed());
    }
    return new Projection(name, outputs, true);
  }
}
