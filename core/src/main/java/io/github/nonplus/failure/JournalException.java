package io.github.nonplus.failure;

/// A journal that is damaged, in use, or of another run.
public final class JournalException extends NonplusException {
  public JournalException(String message) {
    this(message, null);
  }

  public JournalException(String message, Throwable cause) {
    super(message, cause);
  }
}
