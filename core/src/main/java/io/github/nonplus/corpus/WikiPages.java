package io.github.nonplus.corpus;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// WikiText by pages, as lm-evaluation-harness scores it. The test split has 62; together they have
/// 241,335 words and 1,290,527 bytes, the constants in its word and byte perplexities.
public final class WikiPages {
  /// White space as the harness's regular expressions have it, see [Extent#isSpace].
  private static final String SPACE =
      "[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]*";

  /// An opening and a closing mark with what is between them, spaces inside the marks left out.
  private record Enclosed(Pattern pattern, String open, String close) {
    static Enclosed by(String open, String close) {
      String inside = "(\\Q" + open + "\\E)" + SPACE + "([^\\Q" + close + "\\E]*?)" + SPACE;
      return new Enclosed(Pattern.compile(inside + "\\Q" + close + "\\E"), open, close);
    }

    String tightened(String text) {
      return pattern.matcher(text).replaceAll(found -> quoted(open + found.group(2) + close));
    }

    private static String quoted(String replacement) {
      return java.util.regex.Matcher.quoteReplacement(replacement);
    }
  }

  /// What a page's typesetting is undone by, in this order.
  private static final List<String[]> BEFORE =
      List.of(
          new String[] {"s '", "s'"},
          new String[] {" @-@ ", "-"},
          new String[] {" @,@ ", ","},
          new String[] {" @.@ ", "."},
          new String[] {" : ", ": "},
          new String[] {" ; ", "; "},
          new String[] {" . ", ". "},
          new String[] {" ! ", "! "},
          new String[] {" ? ", "? "},
          new String[] {" , ", ", "});

  private static final List<Enclosed> ENCLOSED =
      List.of(
          Enclosed.by("(", ")"),
          Enclosed.by("[", "]"),
          Enclosed.by("{", "}"),
          Enclosed.by("\"", "\""),
          Enclosed.by("'", "'"));

  private static final List<String[]> AFTER =
      List.of(
          new String[] {"= = = =", "===="},
          new String[] {"= = =", "==="},
          new String[] {"= =", "=="},
          new String[] {" ° ", "°"},
          new String[] {" \n", "\n"},
          new String[] {"\n ", "\n"},
          new String[] {" N ", " 1 "},
          new String[] {" 's", "'s"});

  private WikiPages() {}

  /// The pages of WikiText's raw text, their lines joined by line feeds, without the last one's. A
  /// page begins at a heading of the first level, `= Title =`; what stands before the first is a
  /// page if there is anything but white space in it.
  public static List<String> of(String text) {
    List<String> pages = new ArrayList<>();
    int begin = 0;
    for (int line = 0; line < text.length(); ) {
      int end = text.indexOf('\n', line);
      end = end < 0 ? text.length() : end;
      if (line > begin && isTitle(text.substring(line, end))) {
        add(pages, text.substring(begin, line - 1));
        begin = line;
      }
      line = end + 1;
    }
    add(pages, text.substring(begin));
    return pages;
  }

  private static void add(List<String> pages, String page) {
    if (!page.isBlank()) {
      pages.add(page);
    }
  }

  private static boolean isTitle(String line) {
    String heading = line.replace("= = =", "===").replace("= =", "==").strip();
    return heading.startsWith("= ") && heading.endsWith(" =");
  }

  /// The page as a person would have typed it. The tool also has a rule for a quote before digits
  /// between two slashes, which is written so that it matches nothing else; it is here as it is.
  public static String detokenized(String page) {
    String text = page;
    for (int i = 0; i < BEFORE.size(); i++) {
      text = text.replace(BEFORE.get(i)[0], BEFORE.get(i)[1]);
      if (i == 0) {
        text = text.replaceAll("/' [0-9]/", "/'[0-9]/");
      }
    }
    for (Enclosed each : ENCLOSED) {
      text = each.tightened(text);
    }
    for (String[] each : AFTER) {
      text = text.replace(each[0], each[1]);
    }
    return text;
  }
}
