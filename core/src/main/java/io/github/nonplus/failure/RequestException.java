package io.github.nonplus.failure;

/// What was asked for cannot be: a name that nobody knows, a number out of its range, two wishes
/// that exclude each other. No file is at fault; the command line exits with code 2.
public final class RequestException extends NonplusException {
  public RequestException(String message) {
    this(message, null);
  }

  public RequestException(String message, Throwable cause) {
    super(message, cause);
  }
}
