package io.github.nonplus.cli;

import java.io.PrintWriter;
import java.util.function.LongSupplier;

/// A line every five seconds, and one at the end, for logs:
///
/// ```
/// windows: 1381 of 3542 (39%), 41.2/s, 0:52 left, perplexity 32.88
/// ```
final class ProgressLines implements ConsoleProgress {
  private static final long NANOS_BETWEEN = 5_000_000_000L;

  private final PrintWriter err;
  private final String unit;
  private final LongSupplier clock;
  private final long before;
  private final long start;
  private long written;

  ProgressLines(PrintWriter err, String unit, LongSupplier clock) {
    this(err, unit, 0, clock);
  }

  ProgressLines(PrintWriter err, String unit, long before, LongSupplier clock) {
    this.before = before;
    this.err = err;
    this.unit = unit;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.written = start;
  }

  @Override
  public void update(long done, long total, String note) {
    long now = clock.getAsLong();
    if (now - written < NANOS_BETWEEN && done < total) {
      return;
    }
    written = now;
    Pace pace = new Pace(done, total, before, (now - start) / 1e9);
    String line = "%s: %d of %d (%d%%)".formatted(unit, done, total, pace.percent());
    for (String part : new String[] {pace.toString(), note}) {
      line += part.isEmpty() ? "" : ", " + part;
    }
    err.println(line);
    err.flush();
  }

  @Override
  public void wipe() {}

  @Override
  public void close() {}
}
