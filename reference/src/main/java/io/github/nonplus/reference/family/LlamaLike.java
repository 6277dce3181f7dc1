package io.github.nonplus.reference.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.reference.family.Decoder.Layer;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/// Llama, and families that differ from it by a number or by which layers slide or turn.
final class LlamaLike {
  private LlamaLike() {}

  private static Draft draft(
      ConfigReader config, String family, int keyHeads, int headSize, double epsilon) {
    return new Draft(config, family, keyHeads, headSize)
        .normed(epsilon)
        .activation("hidden_act", "silu");
  }

  static Decoder llama(ConfigReader config, String family) {
    Draft draft = draft(config, family, 0, 0, 1e-6).tied(false);
    boolean bias = draft.flag("attention_bias", false);
    draft.biases(bias, bias).innerBias(draft.flag("mlp_bias", false));
    return draft.layers(0, draft.rotary(10_000));
  }

  static Decoder mistral(ConfigReader config, String family) {
    return windowed(draft(config, family, 8, 0, 1e-6), _ -> true, 10_000);
  }

  static Decoder ministral(ConfigReader config, String family) {
    return windowed(draft(config, family, 8, 0, 1e-6), _ -> true, 10_000);
  }

  static Decoder cwm(ConfigReader config, String family) {
    Draft draft = draft(config, family, 8, 128, 1e-5);
    boolean bias = draft.flag("attention_bias", false);
    draft.biases(bias, bias).innerBias(draft.flag("mlp_bias", false));
    return windowed(draft, layer -> layer % 4 != 0, 1_000_000);
  }

  private static Decoder windowed(Draft draft, IntPredicate slides, double base) {
    Windows windows = Windows.read(draft.config, draft.sizes.layers(), 4096, slides);
    Rotary rotary = draft.rotary(base);
    return draft.tied(false).layers(layer -> new Layer(windows.of(layer), Optional.of(rotary)));
  }

  static Decoder granite(ConfigReader config, String family) {
    Draft draft = draft(config, family, 0, 0, 1e-6).tied(false);
    boolean bias = draft.flag("attention_bias", false);
    draft
        .biases(bias, bias)
        .innerBias(draft.flag("mlp_bias", false))
        .scoreScale(config.positiveOr("attention_multiplier", 1))
        .scales(
            config.positiveOr("embedding_multiplier", 1),
            config.positiveOr("residual_multiplier", 1),
            1 / config.positiveOr("logits_scaling", 1),
            0);
    return draft.layers(0, draft.rotary(10_000));
  }

  static Decoder seedOss(ConfigReader config, String family) {
    Draft draft = draft(config, family, 8, 128, 1e-6).tied(false);
    config.find("residual_dropout"); // nothing is dropped where a model is only evaluated
    draft
        .biases(draft.flag("attention_bias", true), draft.flag("attention_out_bias", false))
        .innerBias(draft.flag("mlp_bias", false));
    return draft.layers(0, draft.rotary(10_000));
  }

  /// Some layers do not turn, and where sliding is on, these slide.
  static Decoder smollm3(ConfigReader config, String family) {
    Draft draft = draft(config, family, 4, 0, 1e-6).tied(true);
    boolean bias = draft.flag("attention_bias", false);
    draft.biases(bias, bias).innerBias(draft.flag("mlp_bias", false));
    IntPredicate turns = turning(config, draft.sizes.layers());
    int window = config.intOr("sliding_window", 0, 0);
    Windows windows =
        Windows.of(
            config,
            draft.sizes.layers(),
            draft.flag("use_sliding_window", false) ? window : 0,
            layer -> !turns.test(layer));
    Rotary rotary = draft.rotary(2_000_000);
    return draft.layers(
        layer ->
            new Layer(
                windows.of(layer), turns.test(layer) ? Optional.of(rotary) : Optional.empty()));
  }

  /// `no_rope_layers` says 1 of the layers that do turn; without it every fourth does not.
  private static IntPredicate turning(ConfigReader config, int layers) {
    int interval = config.intOr("no_rope_layer_interval", 1, 4);
    if (!config.isSet("no_rope_layers")) {
      return layer -> (layer + 1) % interval != 0;
    }
    List<Double> list = config.numbers("no_rope_layers");
    if (list.size() != layers || list.stream().anyMatch(each -> each != 0 && each != 1)) {
      throw config.failure(
          "no_rope_layers is %s, expected 0 or 1 for each of %d layers"
              .formatted(config.shown("no_rope_layers"), layers));
    }
    return layer -> list.get(layer) == 1;
  }
}
