package io.github.nonplus.cli;

/// What is still done when the user, or the system, ends the process early (Ctrl-C, `kill`): it may
/// take a moment, and the process ends when it returns.
final class Interruption implements AutoCloseable {
  private final Thread hook;

  Interruption(Runnable lastWords) {
    hook = new Thread(lastWords, "interruption");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /// Nothing is left that could be interrupted.
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // the process is ending already
    }
  }
}
