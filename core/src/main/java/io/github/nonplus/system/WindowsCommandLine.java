package io.github.nonplus.system;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The arguments of this process as Windows has them, in Unicode. Java's own have gone through the
/// code page of the system, which puts question marks where it has no such character, and through
/// its launcher, which takes `*` and `?` for names of files.
@SuppressWarnings("restricted") // a text of Windows' is as long as it is
public final class WindowsCommandLine {
  /// Windows takes no longer one.
  private static final long LONGEST = 2L * (1 << 15);

  private WindowsCommandLine() {}

  /// The arguments that follow the name of the main class.
  ///
  /// @param main name of the class that was started
  /// @return empty on other systems, and if the class was not started by its name
  public static Optional<List<String>> argumentsAfter(String main) {
    return WindowsCalls.ask(
            arena -> {
              MemorySegment line =
                  (MemorySegment)
                      WindowsCalls.function("kernel32", "GetCommandLineW", WindowsCalls.POINTER)
                          .invokeExact();
              return line.reinterpret(LONGEST).getString(0, StandardCharsets.UTF_16LE);
            })
        .flatMap(line -> after(main, words(line)));
  }

  static Optional<List<String>> after(String main, List<String> words) {
    int at = words.indexOf(main);
    return at < 0 ? Optional.empty() : Optional.of(words.subList(at + 1, words.size()));
  }

  /// The words of a command line, by the rules of Microsoft's C library: spaces and tabs part them;
  /// quotes keep them together; backslashes are themselves, but before a quote two stand for one,
  /// and one more makes the quote a character; two quotes within quotes are one.
  static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    int at = 0;
    while (true) {
      while (at < line.length() && isSpace(line.charAt(at))) {
        at++;
      }
      if (at == line.length()) {
        return words;
      }
      StringBuilder word = new StringBuilder();
      at = words.isEmpty() ? program(line, at, word) : word(line, at, word);
      words.add(word.toString());
    }
  }

  /// The first word, in which a backslash is nothing but itself.
  private static int program(String line, int from, StringBuilder word) {
    boolean quoted = false;
    int at = from;
    for (; at < line.length() && (quoted || !isSpace(line.charAt(at))); at++) {
      if (line.charAt(at) == '"') {
        quoted = !quoted;
      } else {
        word.append(line.charAt(at));
      }
    }
    return at;
  }

  private static int word(String line, int from, StringBuilder word) {
    boolean quoted = false;
    int at = from;
    while (at < line.length() && (quoted || !isSpace(line.charAt(at)))) {
      int backslashes = 0;
      while (at < line.length() && line.charAt(at) == '\\') {
        backslashes++;
        at++;
      }
      boolean quote = at < line.length() && line.charAt(at) == '"';
      word.repeat('\\', quote ? backslashes / 2 : backslashes);
      if (!quote) {
        if (at < line.length() && (quoted || !isSpace(line.charAt(at)))) {
          word.append(line.charAt(at++));
        }
      } else if (backslashes % 2 == 1) {
        word.append('"');
        at++;
      } else if (quoted && at + 1 < line.length() && line.charAt(at + 1) == '"') {
        word.append('"');
        at += 2;
      } else {
        quoted = !quoted;
        at++;
      }
    }
    return at;
  }

  private static boolean isSpace(char character) {
    return character == ' ' || character == '\t';
  }
}
