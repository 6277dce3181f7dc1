package io.github.nonplus.protocol;

import java.util.Optional;
import java.util.stream.Stream;

/// How the losses of windows become one number. `m` is the mean loss of a window's scored tokens,
/// `n` their number, `N` that of all windows.
public enum Averaging {
  /// exp(mean of m): each window counts the same, however short.
  WINDOWS(
      "exp of the mean over windows of the mean over scored tokens",
      "windows, as if they were independent"),

  /// exp(Σ n·m / N): each scored token counts the same.
  TOKENS("exp of the mean over all scored tokens", "tokens, as if they were independent"),

  /// exp(Σ w·m / Σ w), where `w` is the number of the window's labels that are not masked, less
  /// one: `n` where all ids are labels (the first of them has no prediction), `n - 1` in other
  /// windows, though they score `n`.
  LABELS_LESS_ONE(
      "exp of the mean over windows of the mean over scored tokens, weighted by their labels less"
          + " one",
      "windows"),

  /// mean of exp(m): the arithmetic mean of the perplexities of texts, each one window.
  PERPLEXITIES("arithmetic mean over texts of exp of the mean over scored tokens", "texts"),

  /// exp(Σ n·m / W), where `W` is the number of words of the text.
  WORDS(
      "exp of the sum over all scored tokens divided by the words of the text",
      "tokens, as if they were independent");

  private final String law;
  private final String independent;

  Averaging(String law, String independent) {
    this.law = law;
    this.independent = independent;
  }

  /// What its standard error takes as independent, in words.
  public String independent() {
    return independent;
  }

  /// What a window weighs: `w`, by which the number is exp(Σ w·m / Σ w); by [#WORDS], exp(Σ w·m /
  /// W); by [#PERPLEXITIES], Σ w·exp(m) / Σ w.
  ///
  /// @param first position in the window of the first id that is scored
  /// @param scored how many ids are scored
  public double weight(int first, int scored) {
    return switch (this) {
      case WINDOWS, PERPLEXITIES -> 1;
      case TOKENS, WORDS -> scored;
      case LABELS_LESS_ONE -> first == 1 ? scored : scored - 1;
    };
  }

  /// How something else than losses, of which each token has one as well, is averaged in its place:
  /// as the losses are, before anything is made of their mean.
  public Averaging ofOtherThanLosses() {
    return switch (this) {
      case WINDOWS, PERPLEXITIES -> WINDOWS;
      case TOKENS, WORDS -> TOKENS;
      case LABELS_LESS_ONE -> LABELS_LESS_ONE;
    };
  }

  /// The one of that law, if there is one.
  public static Optional<Averaging> ofLaw(String law) {
    return Stream.of(values()).filter(each -> each.law.equals(law)).findFirst();
  }

  /// The formula in words.
  public String law() {
    return law;
  }
}
