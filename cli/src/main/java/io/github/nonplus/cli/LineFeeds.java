package io.github.nonplus.cli;

import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/// Text in UTF-8 whose lines end in a line feed on every system, so that a result in a file is the
/// same bytes wherever it was printed.
final class LineFeeds extends PrintWriter {
  private final boolean flushes;

  /// @param flushes after each line
  LineFeeds(OutputStream out, boolean flushes) {
    super(out, flushes, StandardCharsets.UTF_8);
    this.flushes = flushes;
  }

  @Override
  public void println() {
    write('\n');
    if (flushes) {
      flush();
    }
  }
}
