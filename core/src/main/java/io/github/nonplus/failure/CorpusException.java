package io.github.nonplus.failure;

/// A text, a tokenizer or a file of windows that cannot be used.
public final class CorpusException extends NonplusException {
  public CorpusException(String message) {
    this(message, null);
  }

  public CorpusException(String message, Throwable cause) {
    super(message, cause);
  }
}
