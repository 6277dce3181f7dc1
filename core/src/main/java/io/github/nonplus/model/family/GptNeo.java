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
import io.github.nonplus.program.op.Mask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// GPT-Neo: as GPT-2 with global and local layers in turn, and scores that are not scaled.
final class GptNeo implements Family {
  private static final Map<String, String> NAMES =
      Map.of(
          "num_attention_heads", "num_heads",
          "num_hidden_layers", "num_layers",
          "layer_norm_eps", "layer_norm_epsilon",
          "hidden_act", "activation_function");

  @Override
  public List<String> names() {
    return List.of("gpt_neo");
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    int hidden = config.requiredInt("hidden_size", 1);
    int inner = config.intOr("intermediate_size", 1, 4 * hidden);
    Sizes sizes = Sizes.read(config, 0, 0, inner, hidden);
    LlamaLike like = new LlamaLike(config, "gpt_neo", sizes);
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "gelu_new");
    int window = config.intOr("window_size", 1, 256);
    List<String> kinds = kinds(config, sizes.layers());
    like.names("transformer.wte", "lm_head").tied(true).limit(sizes.positions());
    like.unused(".attn.attention.bias", ".attn.attention.masked_bias");
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = "transformer.h.%d.".formatted(layer);
              String attend = at + "attn.attention.";
              Heads heads = sizes.attention();
              boolean local = kinds.get(layer).equals("local");
              return LlamaLike.normedBefore(
                  Norming.layer(at + "ln_1", epsilon),
                  Attention.of(
                          heads,
                          new Projection(attend + "q_proj", heads.queryWidth()),
                          new Projection(attend + "k_proj", heads.keyWidth()),
                          new Projection(attend + "v_proj", heads.valueWidth()),
                          new Projection(attend + "out_proj", hidden, true))
                      .scale(1)
                      .mask(local ? new Mask.Sliding(window) : Mask.CAUSAL),
                  Norming.layer(at + "ln_2", epsilon),
                  FeedForward.plain(
                      activation,
                      new Projection(at + "mlp.c_fc", inner, true),
                      new Projection(at + "mlp.c_proj", hidden, true)));
            });
    return like.model(
        null,
        new Decoder(
            like.embedding().with(new Embedding.Positions("transformer.wpe", sizes.positions(), 0)),
            blocks,
            Norming.layer("transformer.ln_f", epsilon),
            like.head()));
  }

  /// `attention_types` is a list of [kinds, times]; `attention_layers` is what follows from it.
  private static List<String> kinds(ConfigReader config, int layers) {
    List<String> kinds = new ArrayList<>();
    config
        .find("attention_types")
        .ifPresent(
            types -> {
              for (var entry : types) {
                for (int i = 0; i < entry.path(1).asInt() && kinds.size() < layers; i++) {
                  entry.path(0).forEach(kind -> kinds.add(kind.asText()));
                }
              }
            });
    List<String> listed = config.findStrings("attention_layers").orElse(kinds);
    if (kinds.isEmpty()) {
      kinds.addAll(
          listed.isEmpty()
              ? IntStream.range(0, layers).mapToObj(i -> i % 2 == 0 ? "global" : "local").toList()
              : listed);
    }
    if (kinds.size() != layers
        || !listed.isEmpty() && !listed.equals(kinds)
        || kinds.stream().anyMatch(kind -> !kind.equals("global") && !kind.equals("local"))) {
      throw config.failure(
          "attention_types %s does not give 'global' or 'local' for each of %d layers"
              .formatted(config.shown("attention_types"), layers));
    }
    return kinds;
  }
}
