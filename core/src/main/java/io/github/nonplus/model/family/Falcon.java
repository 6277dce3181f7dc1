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
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Map;

/// Falcon: queries, keys and values of one matrix in three orders, and branches that read one layer
/// norm, two, or one after the other.
final class Falcon implements Family {
  private static final Map<String, String> NAMES =
      Map.of("layer_norm_eps", "layer_norm_epsilon", "hidden_act", "activation");

  @Override
  public List<String> names() {
    return List.of("falcon");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    int hidden = config.requiredInt("hidden_size", 1);
    int inner = config.intOr("ffn_hidden_size", 1, 4 * hidden);
    boolean grouped = config.booleanOr("new_decoder_architecture", false);
    boolean sharesKey = config.booleanOr("multi_query", true);
    int heads = config.requiredInt("num_attention_heads", 1);
    int keyHeads = config.intOr("num_kv_heads", 1, heads);
    Sizes sizes =
        Sizes.read(config, grouped ? keyHeads : sharesKey ? 1 : 0, 0, inner, hidden)
            .requireEvenHeads(config);
    if (config.booleanOr("alibi", false)) {
      throw config.failure("alibi is true, which is not implemented for falcon");
    }
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(10_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "falcon", sizes);
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "gelu");
    boolean bias = like.flag("bias", false);
    boolean parallel = like.flag("parallel_attn", true);
    int norms = config.intOr("num_ln_in_parallel_attn", 1, grouped ? 2 : 1);
    like.fact("new_decoder_architecture", grouped);
    like.names("transformer.word_embeddings", "lm_head").tied(true);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = "transformer.h.%d.".formatted(layer);
              Part attention =
                  attention(like, at + "self_attention.", bias, grouped || !sharesKey)
                      .turning(Turning.halves(positions.rotation(), sizes.headSize()));
              Part feedForward =
                  FeedForward.plain(
                      activation,
                      new Projection(at + "mlp.dense_h_to_4h", inner, bias),
                      new Projection(at + "mlp.dense_4h_to_h", hidden, bias));
              Norming one = Norming.layer(at + "input_layernorm", epsilon);
              if (grouped && norms == 2) {
                return Block.parallel(
                    Branch.of("attention", Norming.layer(at + "ln_attn", epsilon), attention),
                    Branch.of("mlp", Norming.layer(at + "ln_mlp", epsilon), feedForward));
              }
              return grouped || parallel
                  ? Block.parallel(
                      Branch.of("attention", one, attention), Branch.of("mlp", one, feedForward))
                  : LlamaLike.normedBefore(
                      one,
                      attention,
                      Norming.layer(at + "post_attention_layernorm", epsilon),
                      feedForward);
            });
    return like.model(
        positions,
        new Decoder(
            like.embedding(), blocks, Norming.layer("transformer.ln_f", epsilon), like.head()));
  }

  /// @param byKeyHead whether rows are in groups of the queries of a key head, its key and its
  ///   value; otherwise all queries, one key, one value
  private static Attention attention(LlamaLike like, String at, boolean bias, boolean byKeyHead) {
    Heads heads = like.sizes().attention();
    int rows = heads.queryWidth() + heads.keyWidth() + heads.valueWidth();
    String stored = at + "query_key_value";
    Source weight = Source.stored(stored + ".weight", rows, like.sizes().hidden());
    take(like, weight, at, ".weight", heads, byKeyHead);
    if (bias) {
      take(like, Source.stored(stored + ".bias", rows), at, ".bias", heads, byKeyHead);
    }
    return Attention.of(
        heads,
        new Projection(at + "q_proj", heads.queryWidth(), bias),
        new Projection(at + "k_proj", heads.keyWidth(), bias),
        new Projection(at + "v_proj", heads.valueWidth(), bias),
        new Projection(at + "dense", like.sizes().hidden(), bias));
  }

  private static void take(
      LlamaLike like, Source source, String at, String ending, Heads heads, boolean byKeyHead) {
    if (byKeyHead) {
      Fused.byKeyHead(like, source, at, ending, heads);
    } else {
      Fused.inRows(like, source, at, ending, heads);
    }
  }
}
