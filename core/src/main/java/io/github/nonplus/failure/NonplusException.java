package io.github.nonplus.failure;

/// What went wrong, as one sentence for the user: which file, tensor or line; what was found; what
/// was expected; what to do. The command line prints the message alone and exits with code 1.
public abstract class NonplusException extends RuntimeException {
  NonplusException(String message, Throwable cause) {
    super(message, cause);
  }
}
