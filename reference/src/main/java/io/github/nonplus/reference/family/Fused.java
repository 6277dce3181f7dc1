package io.github.nonplus.reference.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.reference.family.Decoder.Layer;
import io.github.nonplus.reference.family.Decoder.Norming;
import java.util.Optional;

/// Families that store projections which read the same row as one tensor.
final class Fused {
  private Fused() {}

  static Decoder phi3(ConfigReader config, String family) {
    Draft draft =
        new Draft(config, family, 0, 0)
            .fused()
            .normed(1e-5)
            .activation("hidden_act", "silu")
            .tied(false);
    Windows windows = Windows.read(config, draft.sizes.layers(), 0, _ -> true);
    Rotary rotary = draft.rotary(new RotaryDefaults(10_000, 1, true, false));
    return draft.layers(layer -> new Layer(windows.of(layer), Optional.of(rotary)));
  }

  static Decoder glm(ConfigReader config, String family) {
    return glm(new Draft(config, family, 2, 128).normed(1.5625e-7));
  }

  static Decoder glm4(ConfigReader config, String family) {
    return glm(
        new Draft(config, family, 2, 128)
            .normed(
                Norming.ROOT_MEAN_SQUARE,
                config.positiveOr("rms_norm_eps", 1.5625e-7),
                "input_layernorm",
                "post_self_attn_layernorm",
                "post_attention_layernorm",
                "post_mlp_layernorm"));
  }

  private static Decoder glm(Draft draft) {
    draft
        .fusedInner()
        .biases(draft.flag("attention_bias", true), false)
        .activation("hidden_act", "silu")
        .tied(false);
    return draft.layers(0, draft.rotary(new RotaryDefaults(10_000, 0.5, true, true)));
  }
}
