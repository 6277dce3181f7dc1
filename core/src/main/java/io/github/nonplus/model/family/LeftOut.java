package io.github.nonplus.model.family;

import java.util.Map;
import java.util.Optional;

/// Families that are known and not computed, each with its reason.
final class LeftOut {
  private static final Map<String, String> REASONS =
      Map.of(
          "doge",
          "its attention adds a mask that is learnt from the values, and drops keys by it",
          "gemma3n",
          "its layers mix several residual streams (AltUp)",
          "gemma3n_text",
          "its layers mix several residual streams (AltUp)",
          "diffllama",
          "its attention is the difference of two, with a learnt weight",
          "xglm",
          "its positions are sinusoids that the checkpoint does not hold");

  private LeftOut() {}

  /// Why a family is not computed, to follow its name; empty if it is not one of these.
  static Optional<String> reason(String modelType) {
    return Optional.ofNullable(REASONS.get(modelType));
  }
}
