package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.Decoder;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import java.util.List;
import java.util.Map;

/// Mamba, Falcon-Mamba and Mamba-2: one norm and one state space a layer, and nothing else.
final class Mamba implements Family {
  private static final Map<String, String> NAMES =
      Map.of("rms_norm_eps", "layer_norm_epsilon", "hidden_activation", "hidden_act");

  private final String name;

  private Mamba(String name) {
    this.name = name;
  }

  static Mamba first() {
    return new Mamba("mamba");
  }

  static Mamba falcon() {
    return new Mamba("falcon_mamba");
  }

  static Mamba second() {
    return new Mamba("mamba2");
  }

  @Override
  public List<String> names() {
    return List.of(name);
  }

  @Override
  public FamilyModel read(ConfigReader given) {
    ConfigReader config = given.calling(NAMES);
    boolean isSecond = name.equals("mamba2");
    int hidden = config.requiredInt("hidden_size", 1);
    int expanded = Math.multiplyExact(config.intOr("expand", 1, 2), hidden);
    int width = config.intOr("intermediate_size", 1, expanded);
    if (isSecond) {
      width = expanded;
    } else if (width != expanded && !isFalcons(config)) {
      throw config.failure(
          "intermediate_size is %d, expected expand times hidden_size, %d"
              .formatted(width, expanded));
    }
    refuseRescaling(config);
    Sizes sizes = Sizes.withoutHeads(config, width);
    LlamaLike like = new LlamaLike(config, name, sizes).withoutHeads();
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    like.silu("hidden_activation");
    like.names("backbone.embeddings", "lm_head").tied(!isSecond);
    Mixers mixers = isSecond ? second(config, like, epsilon) : first(config, like);
    List<Block> blocks =
        like.blocks(
            layer -> {
              String at = "backbone.layers.%d.".formatted(layer);
              return Block.sequential(
                  Branch.of("ssm", Norming.rms(at + "norm", epsilon), mixers.at(at + "mixer.")));
            });
    return like.model(
        null,
        new Decoder(
            like.embedding(), blocks, Norming.rms("backbone.norm_f", epsilon), like.head()));
  }

  /// Whether it is Falcon Mamba's own file, which says 16 beside a width of twice `hidden_size`.
  private boolean isFalcons(ConfigReader config) {
    return name.equals("falcon_mamba") && config.intOr("expand", 1, 2) == 16;
  }

  /// The mixer whose tensors are there.
  @FunctionalInterface
  private interface Mixers {
    Part at(String at);
  }

  private Mixers first(ConfigReader config, LlamaLike like) {
    int hidden = like.sizes().hidden();
    int width = like.sizes().inner();
    int rank =
        config.find("time_step_rank").filter(value -> value.asText().equals("auto")).isPresent()
            ? Math.ceilDiv(hidden, 16)
            : config.intOr("time_step_rank", 1, Math.ceilDiv(hidden, 16));
    int states = config.intOr("state_size", 1, 16);
    int taps = config.intOr("conv_kernel", 1, 4);
    boolean bias = like.flag("use_bias", false);
    boolean convolutionBias = like.flag("use_conv_bias", true);
    Norming norm =
        name.equals("falcon_mamba") ? Norming.rms(like.positive("mixer_rms_eps", 1e-6)) : null;
    return at ->
        new SelectiveSpace(
                at,
                hidden,
                width,
                rank,
                states,
                taps,
                bias,
                convolutionBias,
                new SelectiveSpace.Norms(norm, norm, norm))
            .from(like);
  }

  private static Mixers second(ConfigReader config, LlamaLike like, double epsilon) {
    int width = like.sizes().inner();
    int heads = config.intOr("num_heads", 1, 128);
    int size = config.intOr("head_dim", 1, 64);
    if ((long) heads * size != width) {
      throw config.failure(
          "num_heads %d of head_dim %d are not expand times hidden_size, %d"
              .formatted(heads, size, width));
    }
    double[] limits = StateSpace.limits(config);
    StateSpace.Shape shape =
        new StateSpace.Shape(
            heads,
            size,
            config.intOr("n_groups", 1, 8),
            config.intOr("state_size", 1, 128),
            config.intOr("conv_kernel", 1, 4),
            limits[0],
            limits[1]);
    boolean bias = like.flag("use_bias", false);
    StateSpace.Biases biases = new StateSpace.Biases(bias, like.flag("use_conv_bias", true), bias);
    return at ->
        new StateSpace(
                shape,
                at,
                like.sizes().hidden(),
                biases,
                new StateSpace.Gating(Norming.rms(at + "norm", epsilon), 1, false),
                StateSpace.UNSCALED)
            .from(like);
  }

  /// On loading, transformers 5.17 then divides what is stored once more.
  private static void refuseRescaling(ConfigReader config) {
    if (config.booleanOr("rescale_prenorm_residual", false)) {
      throw config.failure(
          "rescale_prenorm_residual is true, which is for training, and by which some versions of"
              + " transformers divide stored weights; set it to false");
    }
  }
}
