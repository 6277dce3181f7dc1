package io.github.nonplus.failure;

/// A model configuration that is malformed, unknown, or asks for what is not implemented.
public final class ModelException extends NonplusException {
  public ModelException(String message) {
    this(message, null);
  }

  public ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
