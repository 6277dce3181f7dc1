package io.github.nonplus.screen;

/// A text as one line of a terminal. Names of files and tensors, tokens, protocols and whatever
/// else strangers' files hold may carry characters that move the cursor, set a title, turn the
/// direction of writing, or begin a line that looks like one of ours. They are shown as Java and
/// JSON spell them (`\n`, `\u001b`), so that JSON stays the JSON that it was; the middle of a very
/// long text is left out.
///
/// Shown are control characters (C0 and C1), line and paragraph separators, format characters,
/// among them those of bidirectional text, and halves of surrogate pairs.
public final class OneLine {
  /// The most characters of a line; a sentence with the longest path of Linux in it is cut.
  private static final int MOST = 1200;

  private static final int BEGINNING = 800;
  private static final int END = 300;

  private OneLine() {}

  /// The text, in one line of bounded length. One that is such a line stays as it is.
  public static String of(String text) {
    return shortened(shown(text, false));
  }

  /// The text with line feeds and carriage returns as they are, whatever its length.
  public static String keepingLines(String text) {
    return shown(text, true);
  }

  private static String shown(String text, boolean keepsLines) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      int next = i + Character.charCount(point);
      boolean isEndOfLine = point == '\n' || point == '\r';
      if (isHarmless(point) || keepsLines && isEndOfLine) {
        shown.appendCodePoint(point);
      } else {
        text.substring(i, next).chars().forEach(unit -> shown.append(escape(unit)));
      }
      i = next;
    }
    return shown.toString();
  }

  private static boolean isHarmless(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }

  private static String escape(int unit) {
    return switch (unit) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> "\\u%04x".formatted(unit);
    };
  }

  private static String shortened(String text) {
    if (text.length() <= MOST) {
      return text;
    }
    int from = boundary(text, BEGINNING);
    int to = boundary(text, text.length() - END);
    return "%s … (%d more characters) … %s"
        .formatted(text.substring(0, from), to - from, text.substring(to));
  }

  /// `at`, or the place before it if a pair of surrogates would be cut there.
  private static int boundary(String text, int at) {
    return Character.isLowSurrogate(text.charAt(at)) ? at - 1 : at;
  }
}
