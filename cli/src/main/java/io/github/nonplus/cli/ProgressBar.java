package io.github.nonplus.cli;

import io.github.nonplus.screen.OneLine;
import java.io.PrintWriter;
import java.util.function.LongSupplier;

/// One line of a terminal, redrawn at most ten times a second:
///
/// ```
/// windows [#########---------------]  39%  1381/3542  41.2/s, 0:52 left  perplexity 32.88
/// ```
final class ProgressBar implements ConsoleProgress {
  private static final int CELLS = 24;
  private static final int COLUMNS = 100;
  private static final long NANOS_BETWEEN = 100_000_000;

  private final PrintWriter err;
  private final String unit;
  private final LongSupplier clock;
  private final long before;
  private final long start;
  private long drawn;
  private int width;

  ProgressBar(PrintWriter err, String unit, LongSupplier clock) {
    this(err, unit, 0, clock);
  }

  ProgressBar(PrintWriter err, String unit, long before, LongSupplier clock) {
    this.before = before;
    this.err = err;
    this.unit = unit;
    this.clock = clock;
    this.start = clock.getAsLong();
    this.drawn = start - NANOS_BETWEEN;
  }

  @Override
  public void update(long done, long total, String note) {
    long now = clock.getAsLong();
    if (now - drawn < NANOS_BETWEEN && done < total) {
      return;
    }
    drawn = now;
    Pace pace = new Pace(done, total, before, (now - start) / 1e9);
    int full = pace.percent() * CELLS / 100;
    String line =
        "%s [%s%s] %3d%%  %d/%d  %s  %s"
            .formatted(
                unit,
                "#".repeat(full),
                "-".repeat(CELLS - full),
                pace.percent(),
                done,
                total,
                pace,
                OneLine.of(note))
            .stripTrailing();
    line = line.length() < COLUMNS ? line : line.substring(0, COLUMNS - 1);
    err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
    err.flush();
    width = line.length();
  }

  @Override
  public void wipe() {
    if (width > 0) {
      err.print("\r" + " ".repeat(width) + "\r");
      err.flush();
      width = 0;
      drawn -= NANOS_BETWEEN; // shown again at once
    }
  }

  @Override
  public void close() {
    if (width > 0) {
      err.println();
      width = 0;
    }
  }
}
