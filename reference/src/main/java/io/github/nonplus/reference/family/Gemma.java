package io.github.nonplus.reference.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.reference.family.Decoder.HeadNorm;
import io.github.nonplus.reference.family.Decoder.Layer;
import io.github.nonplus.reference.family.Decoder.Norming;
import java.util.Optional;
import java.util.function.IntPredicate;

/// The Gemmas: norms whose stored weight is what is beyond 1, and an embedding multiplied by the
/// root of its width.
final class Gemma {
  private static final Norming NORMING = Norming.ROOT_MEAN_SQUARE_BEYOND_ONE;
  private static final String TANH = "gelu_pytorch_tanh";

  private Gemma() {}

  static Decoder first(ConfigReader config, String family) {
    Draft draft = draft(config, family, 16);
    draft
        .activation("hidden_act", TANH)
        .geluByTanh() // which Google's first files mean by gelu
        .normed(NORMING, epsilon(config), "input_layernorm", null, "post_attention_layernorm", null)
        .scales(Math.sqrt(draft.sizes.hidden()), 1, 1, 0);
    return draft.layers(0, draft.rotary(10_000));
  }

  static Decoder second(ConfigReader config, String family) {
    return second(
        draft(config, family, 4)
            .normed(
                NORMING,
                epsilon(config),
                "input_layernorm",
                "post_attention_layernorm",
                "pre_feedforward_layernorm",
                "post_feedforward_layernorm"));
  }

  static Decoder vault(ConfigReader config, String family) {
    return second(
        draft(config, family, 4)
            .normed(
                NORMING,
                epsilon(config),
                "input_layernorm",
                null,
                "pre_feedforward_layernorm",
                null));
  }

  private static Decoder second(Draft draft) {
    draft.scoreCap(cap(draft.config, "attn_logit_softcapping", 50));
    later(draft, 30);
    Windows windows = windows(draft, layer -> layer % 2 == 0);
    Rotary rotary = draft.rotary(10_000);
    return draft.layers(layer -> new Layer(windows.of(layer), Optional.of(rotary)));
  }

  /// Sliding layers turn by a base of their own, without scaling.
  static Decoder third(ConfigReader config, String family) {
    Draft draft =
        draft(config, family, 4)
            .headNorm(HeadNorm.HEAD)
            .normed(
                NORMING,
                epsilon(config),
                "input_layernorm",
                "post_attention_layernorm",
                "pre_feedforward_layernorm",
                "post_feedforward_layernorm");
    later(draft, 0);
    int pattern = config.intOr("sliding_window_pattern", 1, 6);
    Windows windows = windows(draft, layer -> (layer + 1) % pattern != 0);
    double localBase = config.positiveOr("rope_local_base_freq", 10_000);
    Rotary global = ofKind(draft, "full_attention", 1_000_000);
    Rotary local =
        isByKind(config)
            ? ofKind(draft, "sliding_attention", localBase)
            : Rotary.plain(localBase, draft.sizes.maxPositions());
    return draft.layers(
        layer ->
            new Layer(
                windows.of(layer), Optional.of(windows.slides().test(layer) ? local : global)));
  }

  private static Draft draft(ConfigReader config, String family, int keyHeads) {
    if (config.isSet("use_bidirectional_attention")
        && config.booleanOr("use_bidirectional_attention", false)) {
      throw config.failure(
          "use_bidirectional_attention is true: such a model has no perplexity; only false is implemented");
    }
    Draft draft = new Draft(config, family, keyHeads, 256).tied(true);
    boolean bias = draft.flag("attention_bias", false);
    return draft.biases(bias, bias);
  }

  private static void later(Draft draft, double logitCap) {
    draft
        .activation("hidden_activation", TANH)
        .scoreScale(1 / Math.sqrt(draft.config.positiveOr("query_pre_attn_scalar", 256)))
        .scales(
            Math.sqrt(draft.sizes.hidden()),
            1,
            1,
            cap(draft.config, "final_logit_softcapping", logitCap));
  }

  private static double epsilon(ConfigReader config) {
    return config.positiveOr("rms_norm_eps", 1e-6);
  }

  /// A cap, where null means none.
  private static double cap(ConfigReader config, String key, double absent) {
    if (!config.json().has(key)) {
      return absent;
    }
    return config.find(key).isPresent() ? config.positiveOr(key, 1) : 0;
  }

  private static Windows windows(Draft draft, IntPredicate slides) {
    return Windows.read(draft.config, draft.sizes.layers(), 4096, slides);
  }

  private static boolean isByKind(ConfigReader config) {
    return config
        .findFilledObject("rope_parameters")
        .filter(all -> all.json().has("full_attention") || all.json().has("sliding_attention"))
        .isPresent();
  }

  /// The rotation of a kind of layers: of its own object, if there is one for each.
  private static Rotary ofKind(Draft draft, String kind, double base) {
    ConfigReader config = draft.config;
    RotaryDefaults defaults = new RotaryDefaults(base, 1, false, false);
    if (!isByKind(config)) {
      return draft.rotary(defaults);
    }
    ConfigReader all = config.findFilledObject("rope_parameters").orElseThrow();
    ConfigReader own =
        all.findFilledObject(kind)
            .orElseThrow(() -> all.failure(kind + " is missing beside the other kind of layers"));
    return RotaryReader.within(config, own, draft.sizes.maxPositions(), defaults);
  }
}
