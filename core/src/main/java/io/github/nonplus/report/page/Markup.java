package io.github.nonplus.report.page;

import java.util.Locale;

/// HTML in the making. What comes from files goes through [#text] or a value of [#open], which
/// escape it; only this package's own words are tags.
final class Markup {
  private final StringBuilder html = new StringBuilder();

  /// A start tag; attributes are pairs of name and value.
  Markup open(String tag, Object... attributes) {
    html.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      html.append(' ').append(attributes[i]).append("=\"");
      html.append(escaped(attributes[i + 1].toString())).append('"');
    }
    html.append('>');
    return this;
  }

  /// An end tag.
  Markup close(String tag) {
    html.append("</").append(tag).append('>');
    return this;
  }

  /// Text from anywhere.
  Markup text(String text) {
    html.append(escaped(text));
    return this;
  }

  /// Formatted text, numbers as in English.
  Markup say(String format, Object... values) {
    return text(format(format, values));
  }

  /// A whole element that holds text.
  Markup element(String tag, String text, Object... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  /// Ends a line of the source, for whoever reads it.
  Markup line() {
    html.append('\n');
    return this;
  }

  /// This package's own style sheet, as it stands.
  Markup style(String css) {
    html.append("<style>\n").append(css).append("</style>");
    return this;
  }

  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }

  /// Characters that HTML gives a meaning become references; those that it does not allow, and
  /// those that would change the direction of the text around them, become U+FFFD.
  static String escaped(String text) {
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '&' -> safe.append("&amp;");
                case '<' -> safe.append("&lt;");
                case '>' -> safe.append("&gt;");
                case '"' -> safe.append("&quot;");
                case '\'' -> safe.append("&#39;");
                default -> safe.appendCodePoint(isAllowed(c) ? c : 0xfffd);
              }
            });
    return safe.toString();
  }

  private static boolean isAllowed(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL -> c == '\n' || c == '\t';
      case Character.FORMAT -> c == 0x200d || c == 0x200c; // joiners of Indic letters and emoji
      case Character.SURROGATE, Character.UNASSIGNED -> false;
      default -> true;
    };
  }

  @Override
  public String toString() {
    return html.toString();
  }
}
