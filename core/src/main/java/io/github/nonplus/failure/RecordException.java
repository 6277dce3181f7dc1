package io.github.nonplus.failure;

/// A result record that cannot be used, or records that cannot be used together.
public final class RecordException extends NonplusException {
  public RecordException(String message) {
    this(message, null);
  }

  public RecordException(String message, Throwable cause) {
    super(message, cause);
  }
}
