package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Embedding;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Head;
import io.github.nonplus.model.decoder.Heads;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.program.op.Activation;
import java.util.List;
import java.util.Map;

/// OPT: learnt positions from row 2 on, layer norms before the branches or after the sums.
final class Opt implements Family {
  private static final double EPSILON = 1e-5;
  private static final int OFFSET = 2;

  private static final Map<String, String> NAMES =
      Map.of("intermediate_size", "ffn_dim", "hidden_act", "activation_function");

  @Override
  public List<String> names() {
    return List.of("opt");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    Sizes sizes = Sizes.read(config);
    LlamaLike like = new LlamaLike(config, "opt", sizes);
    Activation activation = like.activation("hidden_act", "relu");
    boolean before = like.flag("do_layer_norm_before", true);
    boolean bias = like.flag("enable_bias", true);
    boolean weighs = like.flag("layer_norm_elementwise_affine", true);
    boolean ends = before && !like.flag("_remove_final_layer_norm", false);
    int width = config.intOr("word_embed_proj_dim", 1, sizes.hidden());
    String decoder = "model.decoder.";
    like.names(decoder + "embed_tokens", "lm_head").tied(true).limit(sizes.positions());
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = "%slayers.%d.".formatted(decoder, layer);
              Norming first = norm(at + "self_attn_layer_norm", weighs);
              Norming second = norm(at + "final_layer_norm", weighs);
              Part attention = attention(sizes, at + "self_attn.", bias);
              Part feedForward =
                  FeedForward.plain(
                      activation,
                      new Projection(at + "fc1", sizes.inner(), bias),
                      new Projection(at + "fc2", sizes.hidden(), bias));
              return before
                  ? LlamaLike.normedBefore(first, attention, second, feedForward)
                  : new Block(
                      List.of(
                          normedAfter("attention", attention, first),
                          normedAfter("mlp", feedForward, second)),
                      null);
            });
    Embedding embedding =
        new Embedding(decoder + "embed_tokens", sizes.vocabulary(), width)
            .with(
                new Embedding.Positions(
                    decoder + "embed_positions", sizes.positions() + OFFSET, OFFSET));
    Head head = like.head();
    if (width != sizes.hidden()) {
      embedding = embedding.with(new Projection(decoder + "project_in", sizes.hidden()));
      head = head.with(new Projection(decoder + "project_out", width));
    }
    return like.model(
        null,
        new Decoder(
            embedding, blocks, ends ? norm(decoder + "final_layer_norm", weighs) : null, head));
  }

  private static Attention attention(Sizes sizes, String at, boolean bias) {
    Heads heads = sizes.attention();
    return Attention.of(
        heads,
        new Projection(at + "q_proj", heads.queryWidth(), bias),
        new Projection(at + "k_proj", heads.keyWidth(), bias),
        new Projection(at + "v_proj", heads.valueWidth(), bias),
        new Projection(at + "out_proj", sizes.hidden(), bias));
  }

  private static Norming norm(String name, boolean weighs) {
    return weighs ? Norming.layer(name, EPSILON) : Norming.layerWithoutBias(null, EPSILON);
  }

  private static Block.Step normedAfter(String name, Part part, Norming norm) {
    return new Block.Step(
        List.of(Branch.of(name, null, part)), Block.Step.Residual.INPUT, null, norm);
  }
}
