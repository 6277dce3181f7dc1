package io.github.nonplus.cli;

import io.github.nonplus.screen.OneLine;
import java.io.PrintWriter;

/// What every command prints to, results as well as notes: a line that is printed stays one line
/// ([OneLine]), whatever strangers' files have put into it.
final class ScreenWriter extends PrintWriter {
  private final PrintWriter screen;

  ScreenWriter(PrintWriter screen) {
    super(screen);
    this.screen = screen;
  }

  /// Prints JSON, which has lines of its own, of any length.
  static void printJson(PrintWriter out, String json) {
    out.print(json);
    out.println();
  }

  @Override
  public void println(String line) {
    screen.println(OneLine.of(String.valueOf(line)));
  }

  @Override
  public void println(Object line) {
    println(String.valueOf(line));
  }

  @Override
  public void println() {
    screen.println();
  }

  @Override
  public void print(String text) {
    screen.print(OneLine.keepingLines(String.valueOf(text)));
  }

  @Override
  public void write(String text, int from, int length) {
    screen.write(OneLine.keepingLines(text.substring(from, from + length)));
  }
}
