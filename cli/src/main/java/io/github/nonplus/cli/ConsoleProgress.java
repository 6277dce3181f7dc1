package io.github.nonplus.cli;

import io.github.nonplus.progress.Progress;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/// How long work is shown on standard error: a bar that is redrawn on a terminal, lines in a log.
interface ConsoleProgress extends Progress, AutoCloseable {
  /// Set to `true` by the launcher when standard error is a terminal.
  String TERMINAL = "nonplus.terminal";

  /// Starts the clock.
  ///
  /// @param unit what is counted, in the plural, such as `windows`
  static ConsoleProgress on(PrintWriter err, String unit) {
    return on(err, unit, 0);
  }

  /// The same for work of which a part was done before.
  static ConsoleProgress on(PrintWriter err, String unit, long before) {
    LongSupplier clock = System::nanoTime;
    return Boolean.getBoolean(TERMINAL)
        ? new ProgressBar(err, unit, before, clock)
        : new ProgressLines(err, unit, before, clock);
  }

  /// Takes away what is shown, so that a line can be printed to the same terminal.
  void wipe();

  /// Ends the display, finished or not, so that what is printed next begins a line.
  @Override
  void close();
}
