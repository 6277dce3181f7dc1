package io.github.nonplus.protocol;

/// How the losses of windows become one number. `m` is the mean loss of a window's scored tokens,
/// `n` their number, `N` that of all windows.
public enum Averaging {
  /// exp(mean of m): each window counts the same, however short.
  WINDOWS("exp of the mean over windows of the mean over scored tokens", "windows, which overlap"),

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

  /// What a window weighs in [#LABELS_LESS_ONE], [#TOKENS] and [#WINDOWS], whose exponents are
  /// weighted means of the windows' means.
  ///
  /// @param first position in the window of the first id that is scored
  /// @param scored how many ids are scored
  public double weight(int first, int scored) {
    return switch (this) {
      case WINDOWS -> 1;
      case TOKENS -> scored;
      case LABELS_LESS_ONE -> first == 1 ? scored : scored - 1;
      case PERPLEXITIES, WORDS ->
          throw new IllegalArgumentException(law + " is no weighted mean over windows");
    };
  }

  /// Whether its exponent is a weighted mean of the windows' means.
  public boolean isWeightedMean() {
    return this != PERPLEXITIES && this != WORDS;
  }

  /// The formula in words.
  public String law() {
    return law;
  }
}
