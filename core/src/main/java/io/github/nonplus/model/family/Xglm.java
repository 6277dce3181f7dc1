package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.Attention;
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

/// XGLM: positions as waves that no checkpoint stores, from row 2 on, and layer norms before the
/// branches.
final class Xglm implements Family {
  private static final double EPSILON = 1e-5;
  private static final int OFFSET = 2;
  private static final String POSITIONS = "model.embed_positions";

  private static final Map<String, String> NAMES =
      Map.of(
          "hidden_size", "d_model",
          "intermediate_size", "ffn_dim",
          "num_hidden_layers", "num_layers",
          "num_attention_heads", "attention_heads",
          "hidden_act", "activation_function");

  @Override
  public List<String> names() {
    return List.of("xglm");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    Sizes sizes = Sizes.read(config);
    LlamaLike like = new LlamaLike(config, "xglm", sizes);
    Activation activation = like.activation("hidden_act", "gelu");
    boolean scales = like.flag("scale_embedding", true);
    int rows = Math.addExact(sizes.positions(), OFFSET);
    // The row that has padding's number is 0, whatever token stands there.
    int padding = config.intOr("pad_token_id", 0, 1);
    like.tied(true).limit(sizes.positions());
    like.source(POSITIONS + ".weight", new Source.Sinusoids(rows, sizes.hidden(), padding));
    Embedding embedding =
        like.embedding()
            .scaledBy(scales ? Math.sqrt(sizes.hidden()) : 1)
            .with(new Embedding.Positions(POSITIONS, rows, OFFSET));
    return like.model(
        null,
        new Decoder(
            embedding,
            like.blocks(
                layer -> {
                  String at = LlamaLike.at(layer);
                  return LlamaLike.normedBefore(
                      Norming.layer(at + "self_attn_layer_norm", EPSILON),
                      attention(sizes, at + "self_attn."),
                      Norming.layer(at + "final_layer_norm", EPSILON),
                      FeedForward.plain(
                          activation,
                          new Projection(at + "fc1", sizes.inner(), true),
                          new Projection(at + "fc2", sizes.hidden(), true)));
                }),
            Norming.layer("model.layer_norm", EPSILON),
            like.head()));
  }

  private static Attention attention(Sizes sizes, String at) {
    Heads heads = sizes.attention();
    return Attention.of(
        heads,
        new Projection(at + "q_proj", heads.queryWidth(), true),
        new Projection(at + "k_proj", heads.keyWidth(), true),
        new Projection(at + "v_proj", heads.valueWidth(), true),
        new Projection(at + "out_proj", sizes.hidden(), true));
  }
}
