package io.github.nonplus.reference.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.reference.family.Decoder.HeadNorm;
import io.github.nonplus.reference.family.Decoder.Layer;
import io.github.nonplus.reference.family.Decoder.Norming;
import java.util.Optional;
import java.util.function.IntPredicate;

/// Families that norm what a part adds, and not what it reads.
final class NormedAfter {
  private NormedAfter() {}

  private static Draft draft(ConfigReader config, String family, int keyHeads) {
    return new Draft(config, family, keyHeads, 0)
        .normed(
            Norming.ROOT_MEAN_SQUARE,
            config.positiveOr("rms_norm_eps", 1e-5),
            null,
            "post_attention_layernorm",
            null,
            "post_feedforward_layernorm")
        .activation("hidden_act", "silu")
        .tied(false);
  }

  static Decoder olmo2(ConfigReader config, String family) {
    Draft draft = draft(config, family, 0).headNorm(HeadNorm.WHOLE);
    boolean bias = draft.flag("attention_bias", false);
    return draft.biases(bias, bias).layers(0, draft.rotary(10_000));
  }

  /// Which layers slide where `layer_types` does not say it; beside that list, the pattern may be
  /// letters (`LLLG`).
  private static IntPredicate pattern(ConfigReader config) {
    if (config.isSet("layer_types")) {
      config.find("sliding_window_pattern");
      return _ -> false;
    }
    int pattern = config.intOr("sliding_window_pattern", 1, 4);
    return layer -> (layer + 1) % pattern != 0;
  }

  /// Where some layers slide, only these turn.
  static Decoder exaone4(ConfigReader config, String family) {
    Draft draft = draft(config, family, 0).headNorm(HeadNorm.HEAD);
    Windows windows = Windows.read(config, draft.sizes.layers(), 4096, pattern(config));
    Rotary rotary = draft.rotary(10_000);
    return draft.layers(
        layer ->
            new Layer(
                windows.of(layer),
                windows.window() == 0 || windows.slides().test(layer)
                    ? Optional.of(rotary)
                    : Optional.empty()));
  }
}
