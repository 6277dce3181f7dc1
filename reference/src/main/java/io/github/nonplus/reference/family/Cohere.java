package io.github.nonplus.reference.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.reference.family.Decoder.HeadNorm;
import io.github.nonplus.reference.family.Decoder.Layer;
import io.github.nonplus.reference.family.Decoder.Norming;
import java.util.Optional;

/// Cohere and Cohere 2: both parts read one layer norm without bias, neighbours turn, and logits
/// are scaled; in the second, layers slide, and only these turn.
final class Cohere {
  private Cohere() {}

  static Decoder first(ConfigReader config, String family) {
    Draft draft = draft(config, family);
    draft.headNorm(draft.flag("use_qk_norm", false) ? HeadNorm.OWN_WEIGHTS : HeadNorm.NONE);
    return draft.layers(0, draft.rotary(new RotaryDefaults(500_000, 1, false, true)));
  }

  static Decoder second(ConfigReader config, String family) {
    Draft draft = draft(config, family);
    int pattern = config.intOr("sliding_window_pattern", 1, 4);
    Windows windows =
        Windows.read(config, draft.sizes.layers(), 4096, layer -> (layer + 1) % pattern != 0);
    Rotary rotary = draft.rotary(new RotaryDefaults(10_000, 1, false, true));
    return draft.layers(
        layer ->
            new Layer(
                windows.of(layer),
                windows.slides().test(layer) ? Optional.of(rotary) : Optional.empty()));
  }

  private static Draft draft(ConfigReader config, String family) {
    Draft draft =
        new Draft(config, family, 0, 0)
            .parallel(Norming.LAYER, config.positiveOr("layer_norm_eps", 1e-5))
            .activation("hidden_act", "silu")
            .scales(1, 1, config.positiveOr("logit_scale", 0.0625), 0)
            .tied(true);
    boolean bias = draft.flag("attention_bias", false);
    return draft.biases(bias, bias);
  }
}
