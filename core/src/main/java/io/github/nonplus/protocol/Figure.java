package io.github.nonplus.protocol;

/// A number that a tool prints beside, or instead of, one perplexity.
public enum Figure {
  /// exp(Σ losses / words).
  WORD_PERPLEXITY("word_perplexity"),

  /// exp(Σ losses / bytes of UTF-8).
  BYTE_PERPLEXITY("byte_perplexity"),

  /// Σ losses / bytes / ln 2.
  BITS_PER_BYTE("bits_per_byte"),

  /// Arithmetic mean of the running perplexities after each window.
  MEAN_OF_RUNNING("mean_of_running_perplexities");

  private final String key;

  Figure(String key) {
    this.key = key;
  }

  /// Its name in results.
  public String key() {
    return key;
  }
}
