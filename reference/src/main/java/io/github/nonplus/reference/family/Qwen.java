package io.github.nonplus.reference.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.reference.family.Decoder.HeadNorm;
import io.github.nonplus.reference.family.Decoder.Layer;
import java.util.Optional;

/// Qwen2, with biases on queries, keys and values, and Qwen3, with norms of their heads.
final class Qwen {
  private Qwen() {}

  static Decoder second(ConfigReader config, String family) {
    return layers(new Draft(config, family, 32, 0).biases(true, false));
  }

  static Decoder third(ConfigReader config, String family) {
    Draft draft = new Draft(config, family, 32, 128).headNorm(HeadNorm.HEAD);
    boolean bias = draft.flag("attention_bias", false);
    return layers(draft.biases(bias, bias));
  }

  /// A window counts where `use_sliding_window` is on: from `max_window_layers` on.
  private static Decoder layers(Draft draft) {
    draft.normed(1e-6).activation("hidden_act", "silu").tied(false);
    ConfigReader config = draft.config;
    int window = config.json().has("sliding_window") ? config.intOr("sliding_window", 0, 0) : 4096;
    int from = config.intOr("max_window_layers", 0, 28);
    Windows windows =
        Windows.of(
            config,
            draft.sizes.layers(),
            draft.flag("use_sliding_window", false) ? window : 0,
            layer -> layer >= from);
    Rotary rotary = draft.rotary(10_000);
    return draft.layers(layer -> new Layer(windows.of(layer), Optional.of(rotary)));
  }
}
