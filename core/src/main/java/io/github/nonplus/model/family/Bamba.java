package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.model.decoder.Part;
import io.github.nonplus.model.decoder.Turning;
import io.github.nonplus.program.op.Activation;
import java.util.List;

/// Bamba: state spaces, and attention of whose heads half turns in some layers.
final class Bamba implements Family {
  private static final double PART = 0.5;

  @Override
  public List<String> names() {
    return List.of("bamba");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config, 8, 0).requireEvenHeads(config);
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.part(10_000, PART, sizes.headSize()), sizes.positions());
    if (positions.part() != PART) {
      throw config.failure(
          "partial_rotary_factor is %s, but this architecture turns half of each head"
              .formatted(positions.part()));
    }
    LlamaLike like = new LlamaLike(config, "bamba", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-5);
    Activation activation = like.activation("hidden_act", "silu");
    if (activation != Activation.SILU) {
      throw config.failure("hidden_act: only silu is implemented");
    }
    boolean attentionBias = like.flag("attention_bias", false);
    boolean bias = like.flag("mlp_bias", false);
    List<Integer> attending =
        config.isSet("attn_layer_indices")
            ? config.numbers("attn_layer_indices").stream().map(Double::intValue).toList()
            : List.of();
    StateSpace.Shape shape = HybridKeys.shape(config, sizes.hidden());
    boolean projections = like.flag("mamba_proj_bias", false);
    StateSpace.Biases biases =
        new StateSpace.Biases(projections, like.flag("mamba_conv_bias", true), projections);
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.final_layernorm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          Part mixer =
              attending.contains(layer)
                  ? like.attention(layer, attentionBias, attentionBias)
                      .turning(
                          Turning.halves(positions.rotation(), positions.turned(sizes.headSize())))
                  : new StateSpace(
                          shape,
                          at + "mamba.",
                          sizes.hidden(),
                          biases,
                          new StateSpace.Gating(Norming.rms(at + "mamba.norm", epsilon), 1, false),
                          StateSpace.UNSCALED)
                      .from(like);
          return LlamaLike.normedBefore(
              Norming.rms(at + "input_layernorm", epsilon),
              mixer,
              Norming.rms(at + "pre_ff_layernorm", epsilon),
              FeedForward.gated(
                  activation, at + "feed_forward.", sizes.inner(), sizes.hidden(), bias));
        });
  }
}
