package io.github.nonplus.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.stream.Stream;

/// What one command printed, and its exit code.
record CommandRun(int code, String out, String err) {
  static CommandRun of(Object... arguments) {
    String[] words = new String[arguments.length];
    for (int i = 0; i < words.length; i++) {
      words[i] = arguments[i].toString();
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), words);
    return new CommandRun(code, out.toString(), err.toString());
  }

  /// The arguments `first`, then `more`.
  static Object[] joined(Object[] more, Object... first) {
    return Stream.concat(Stream.of(first), Stream.of(more)).toArray();
  }
}
