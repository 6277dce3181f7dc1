package io.github.nonplus.failure;

import io.github.nonplus.screen.OneLine;
import io.github.nonplus.stability.Api;

/// What went wrong, as one sentence for the user: which file, tensor or line; what was found; what
/// was expected; what to do. The command line prints the message alone and exits with code 1. What
/// files have put into it is shown as [OneLine] does.
@Api
public abstract class NonplusException extends RuntimeException {
  NonplusException(String message, Throwable cause) {
    super(OneLine.of(message), cause);
  }
}
