package io.github.nonplus.failure;

/// A result that could not be written.
public final class OutputException extends NonplusException {
  public OutputException(String message) {
    this(message, null);
  }

  public OutputException(String message, Throwable cause) {
    super(message, cause);
  }
}
