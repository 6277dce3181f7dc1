package io.github.nonplus.cli;

import io.github.nonplus.progress.Progress;
import io.github.nonplus.screen.OneLine;
import java.io.PrintWriter;

/// Shows an installation on standard error: its lines, and how far each large download is.
final class InstallDisplay implements Progress, AutoCloseable {
  private static final long MEGABYTE = 1_000_000;

  private final PrintWriter err;
  private ConsoleProgress download;

  InstallDisplay(PrintWriter err) {
    this.err = err;
  }

  /// A line of it.
  void note(String line) {
    close();
    err.println(OneLine.of(line));
    err.flush();
  }

  /// Bytes of a download. Those below a megabyte are not worth a line.
  @Override
  public void update(long done, long total, String note) {
    if (total >= MEGABYTE) {
      if (download == null) {
        download = ConsoleProgress.on(err, "MB");
      }
      download.update(done / MEGABYTE, total / MEGABYTE, note);
    }
  }

  @Override
  public void close() {
    if (download != null) {
      download.close();
      download = null;
    }
  }
}
