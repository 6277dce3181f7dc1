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
import io.github.nonplus.weights.Source;
import java.util.List;
import java.util.Map;

/// Phi-1 to Phi-2 as they were first published, with keys and tensors of names of their own: in two
/// spellings, of which the older counts the embedding and the head as layers.
final class PhiMsft implements Family {
  private static final Map<String, String> NAMES =
      Map.of(
          "hidden_size", "n_embd",
          "num_attention_heads", "n_head",
          "num_key_value_heads", "n_head_kv",
          "num_hidden_layers", "n_layer",
          "max_position_embeddings", "n_positions",
          "layer_norm_eps", "layer_norm_epsilon",
          "hidden_act", "activation_function");

  private static final int USUAL_TURNED = 32;

  private final boolean isSequential;

  private PhiMsft(boolean isSequential) {
    this.isSequential = isSequential;
  }

  static PhiMsft plain() {
    return new PhiMsft(false);
  }

  static PhiMsft sequential() {
    return new PhiMsft(true);
  }

  @Override
  public List<String> names() {
    return List.of(isSequential ? "mixformer-sequential" : "phi-msft");
  }

  private String at(int layer) {
    return isSequential ? "layers.%d.".formatted(layer + 1) : "transformer.h.%d.".formatted(layer);
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    int hidden = config.requiredInt("hidden_size", 1);
    Sizes sizes = Sizes.read(config, 0, 0, config.intOr("n_inner", 1, 4 * hidden), hidden);
    int turned = config.intOr("rotary_dim", 2, USUAL_TURNED);
    if (turned > sizes.headSize() || turned % 2 != 0) {
      throw config.failure(
          "%d columns of heads of %d cannot turn in pairs".formatted(turned, sizes.headSize()));
    }
    double part = (double) turned / sizes.headSize();
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000, part, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, names().getFirst(), sizes);
    double epsilon = like.positive("layer_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "gelu_new");
    String head = isSequential ? "layers.%d.".formatted(sizes.layers() + 1) : "lm_head.";
    like.names(isSequential ? "layers.0.wte" : "transformer.embd.wte", head + "linear");
    like.tied(false);
    Turning turning = Turning.halves(positions.rotation(), turned);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = at(layer);
              Norming norm = Norming.layer(at + "ln", epsilon);
              return Block.parallel(
                  Branch.of("attention", norm, attention(like, at + "mixer.").turning(turning)),
                  Branch.of(
                      "mlp",
                      norm,
                      FeedForward.plain(
                          activation,
                          new Projection(at + "mlp.fc1", sizes.inner(), true),
                          new Projection(at + "mlp.fc2", hidden, true))));
            });
    return like.model(
        positions,
        new Decoder(
            like.embedding(), blocks, Norming.layer(head + "ln", epsilon), like.head().withBias()));
  }

  private static Attention attention(LlamaLike like, String at) {
    Heads heads = like.sizes().attention();
    int rows = heads.queryWidth() + heads.keyWidth() + heads.valueWidth();
    int hidden = like.sizes().hidden();
    Fused.inRows(like, Source.stored(at + "Wqkv.weight", rows, hidden), at, ".weight", heads);
    Fused.inRows(like, Source.stored(at + "Wqkv.bias", rows), at, ".bias", heads);
    return Attention.of(
        heads,
        new Projection(at + "q_proj", heads.queryWidth(), true),
        new Projection(at + "k_proj", heads.keyWidth(), true),
        new Projection(at + "v_proj", heads.valueWidth(), true),
        new Projection(at + "out_proj", hidden, true));
  }
}
