package io.github.nonplus.failure;

/// A checkpoint or a weight directory that is missing, damaged or not what the model needs.
public final class WeightsException extends NonplusException {
  public WeightsException(String message) {
    this(message, null);
  }

  public WeightsException(String message, Throwable cause) {
    super(message, cause);
  }
}
