package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Projection;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Families that are Llama but for a detail or two: which biases there are, how heads turn, and
/// what their feed-forward layer does.
///
/// @param modelType its name
/// @param epsilon of its norms where the configuration has none
/// @param base of its rotation where the configuration has none
/// @param neighbours whether heads turn in neighbours
/// @param biases the key that switches biases of queries, keys and values on, and what its absence
///   means
/// @param outputBias likewise of the output layer of attention
/// @param innerBias likewise of the feed-forward layer
/// @param activation of it, where the configuration has none
/// @param gated whether it has a gate
/// @param tied whether embedding and output layer are one, where the configuration does not say
record Variants(
    String modelType,
    double epsilon,
    double base,
    boolean neighbours,
    Switch biases,
    Switch outputBias,
    Switch innerBias,
    String activation,
    boolean gated,
    boolean tied)
    implements Family {
  /// A key of the configuration that is true or false.
  record Switch(String key, boolean absent) {
    boolean read(LlamaLike like) {
      return like.flag(key, absent);
    }
  }

  private static final Switch ATTENTION = new Switch("attention_bias", false);
  private static final Switch INNER = new Switch("mlp_bias", false);

  /// Arcee's AFM: no gate, and the square of a positive number.
  static Variants arcee() {
    return new Variants(
        "arcee", 1e-5, 10_000, false, ATTENTION, ATTENTION, INNER, "relu2", false, false);
  }

  /// Helium, in neighbours.
  static Variants helium() {
    return new Variants(
        "helium", 1e-8, 100_000, true, ATTENTION, ATTENTION, INNER, "silu", true, false);
  }

  /// ERNIE 4.5, in neighbours.
  static Variants ernie() {
    Switch all = new Switch("use_bias", false);
    return new Variants("ernie4_5", 1e-5, 500_000, true, all, all, all, "silu", true, true);
  }

  /// Seed-OSS, with a bias of its own for the output layer.
  static Variants seed() {
    return new Variants(
        "seed_oss",
        1e-6,
        10_000,
        false,
        new Switch("attention_bias", true),
        new Switch("attention_out_bias", false),
        INNER,
        "silu",
        true,
        false);
  }

  @Override
  public List<String> names() {
    return List.of(modelType);
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    int headSize = modelType.equals("seed_oss") ? 128 : 0;
    Sizes sizes = Sizes.read(config, 0, headSize).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(base, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, modelType, sizes);
    double eps = like.positive("rms_norm_eps", epsilon);
    Activation function = like.activation("hidden_act", activation);
    boolean bias = biases.read(like);
    boolean ofOutput = outputBias.read(like);
    boolean inner = innerBias.read(like);
    like.tied(tied);
    Turning turning =
        neighbours
            ? Turning.neighbours(positions.rotation(), sizes.headSize())
            : Turning.halves(positions.rotation(), sizes.headSize());
    return like.model(
        positions,
        Norming.rms("model.norm", eps),
        layer -> {
          String at = LlamaLike.at(layer);
          FeedForward feedForward =
              gated
                  ? like.gated(layer, function, inner)
                  : FeedForward.plain(
                      function,
                      new Projection(at + "mlp.up_proj", sizes.inner(), inner),
                      new Projection(at + "mlp.down_proj", sizes.hidden(), inner));
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", eps),
              like.attention(layer, bias, ofOutput).turning(turning),
              Norming.rms(at + "post_attention_layernorm", eps),
              feedForward);
        });
  }
}
