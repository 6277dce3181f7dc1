package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.model.RotaryKeys;
import io.github.nonplus.model.RotaryPositions;
import io.github.nonplus.model.RotationReader;
import io.github.nonplus.model.decoder.Attention;
import io.github.nonplus.model.decoder.Block;
import io.github.nonplus.model.decoder.Branch;
import io.github.nonplus.model.decoder.FeedForward;
import io.github.nonplus.model.decoder.Norming;
import io.github.nonplus.program.op.Activation;
import io.github.nonplus.weights.Source;
import java.util.List;

/// OLMo Hybrid: layers of the gated delta rule with norms before their branches, and layers of
/// attention with norms after them.
final class OlmoHybrid implements Family {
  private static final String LINEAR = "linear_attention";

  /// Of the norm of what is read from a memory, whatever a configuration says of the others.
  private static final double EPSILON = 1e-5;

  @Override
  public List<String> names() {
    return List.of("olmo_hybrid");
  }

  @Override
  public FamilyModel read(ConfigReader config) {
    Sizes sizes = Sizes.read(config).requireEvenHeads(config);
    if (!config.isSet("rope_parameters") && !config.isSet("rope_theta")) {
      throw config.failure(
          "neither rope_parameters nor rope_theta is there, and whether heads turn is not known");
    }
    RotaryPositions positions =
        RotationReader.fromHuggingFace(
            config, RotaryKeys.whole(500_000, sizes.headSize()), sizes.positions());
    LlamaLike like = new LlamaLike(config, "olmo_hybrid", sizes);
    double epsilon = like.positive("rms_norm_eps", 1e-6);
    Activation activation = like.activation("hidden_act", "silu");
    boolean bias = like.flag("attention_bias", false);
    List<String> kinds =
        MixerKinds.read(
            config,
            sizes.layers(),
            List.of(LINEAR, MixerKinds.FULL),
            layer -> (layer + 1) % 4 == 0 ? MixerKinds.FULL : LINEAR);
    double strength = like.flag("linear_allow_neg_eigval", true) ? 2 : 1;
    int taps = config.intOr("linear_conv_kernel_dim", 1, 4);
    DeltaRule.Shape shape =
        new DeltaRule.Shape(
            config.intOr("linear_num_key_heads", 1, sizes.heads()),
            config.intOr("linear_num_value_heads", 1, sizes.heads()),
            config.requiredInt("linear_key_head_dim", 1),
            config.requiredInt("linear_value_head_dim", 1));
    like.tied(false);
    return like.model(
        positions,
        Norming.rms("model.norm", epsilon),
        layer -> {
          String at = LlamaLike.at(layer);
          FeedForward feedForward = like.gated(layer, activation, false);
          if (kinds.get(layer).equals(LINEAR)) {
            String mixer = at + "linear_attn.";
            Convolutions.whole(like, mixer + "q_conv1d", shape.keyWidth(), taps);
            Convolutions.whole(like, mixer + "k_conv1d", shape.keyWidth(), taps);
            Convolutions.whole(like, mixer + "v_conv1d", shape.width(), taps);
            return LlamaLike.normedBefore(
                Norming.rms(at + "attention_layer_norm", epsilon),
                new DeltaRule(
                    shape,
                    mixer,
                    sizes.hidden(),
                    taps,
                    Norming.rms(mixer + "o_norm", EPSILON),
                    Activation.SILU,
                    strength,
                    0),
                Norming.rms(at + "feedforward_layer_norm", epsilon),
                feedForward);
          }
          // Files name it as in the other layers, where it stands before the feed-forward layer.
          like.source(
              at + "post_attention_layernorm.weight",
              Source.stored(at + "post_attention_layernorm.weight", sizes.hidden())
                  .or(Source.stored(at + "feedforward_layer_norm.weight", sizes.hidden())));
          Attention attention =
              like.turning(layer, bias, bias, positions.rotation())
                  .norms(
                      Norming.rms(at + "self_attn.q_norm", epsilon),
                      Norming.rms(at + "self_attn.k_norm", epsilon))
                  .normingWholeRows();
          return Block.sequential(
              Branch.of("attention", null, attention)
                  .then(Norming.rms(at + "post_attention_layernorm", epsilon)),
              Branch.of("mlp", null, feedForward)
                  .then(Norming.rms(at + "post_feedforward_layernorm", epsilon)));
        });
  }
}
