package io.github.nonplus.failure;

/// A program that cannot be compiled, or a model library that cannot be used.
public final class CompileException extends NonplusException {
  public CompileException(String message) {
    this(message, null);
  }

  public CompileException(String message, Throwable cause) {
    super(message, cause);
  }
}
