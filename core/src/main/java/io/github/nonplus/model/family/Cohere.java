package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.weights.Source;
import java.util.List;

/// Cohere's Command R and R7B: attention and feed-forward layer read one layer norm, heads turn in
/// neighbours, and logits are scaled; in the second, only layers that slide turn.
final class Cohere implements Family {
  private final boolean second;

  private Cohere(boolean second) {
    this.second = second;
  }

  static Cohere first() {
    return new Cohere(false);
  }

  static Cohere second() {
    return new Cohere(true);
  }

  @Override
  public List<String> names() {
    return List.of(second ? "cohere2" : "cohere");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config,
            RotaryKeys.whole(second ? 10_000 : 500_000, sizes.headSize()),
            sizes.positions());
    LlamaLike like = new LlamaLike(config, names().getFirst(), sizes);
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    double scale = like.positive("logit_scale", 0.0625);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    boolean normsHeads = !second && like.flag("use_qk_norm", false);
    LayerKinds kinds = kinds(config, sizes);
    like.tied(true);
    Turning turning = Turning.neighbours(positions.rotation(), sizes.headSize());
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = LlamaLike.at(layer);
              Attention attention =
                  like.attention(layer, bias, bias)
                      .mask(kinds.mask(layer))
                      .turning(second && !kinds.slides(layer) ? null : turning);
              if (normsHeads) {
                normHeads(like, attention, at + "self_attn.", sizes, epsilon);
              }
              Norming norm = Norming.layerWithoutBias(at + "input_layernorm", epsilon);
              return Block.parallel(
                  Branch.of("attention", norm, attention),
                  Branch.of("mlp", norm, like.gated(layer, activation, false)));
            });
    return like.model(
        positions,
        new Decoder(
            like.embedding(),
            blocks,
            Norming.layerWithoutBias("model.norm", epsilon),
            like.head().scaledBy(scale)));
  }

  /// Each head has weights of its own.
  private static void normHeads(
      LlamaLike like, Attention attention, String at, Sizes sizes, double epsilon) {
    String query = at + "q_norm";
    String key = at + "k_norm";
    int size = sizes.headSize();
    like.source(
        query + ".weight", Source.stored(query + ".weight", sizes.heads(), size).flattened());
    like.source(
        key + ".weight", Source.stored(key + ".weight", sizes.keyHeads(), size).flattened());
    attention
        .norms(Norming.layerWithoutBias(query, epsilon), Norming.layerWithoutBias(key, epsilon))
        .weighingEachHead();
  }

  private LayerKinds kinds(ConfigReader config, Sizes sizes) {
    if (!second) {
      return LayerKinds.none(sizes.layers());
    }
    int pattern = config.intOr("sliding_window_pattern", 1, 4);
    return LayerKinds.read(config, sizes.layers(), 4096, layer -> (layer + 1) % pattern != 0);
  }
}
