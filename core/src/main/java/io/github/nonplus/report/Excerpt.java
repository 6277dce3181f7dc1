package io.github.nonplus.report;

import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.ScoredWindow;
import io.github.nonplus.screen.OneLine;

/// A few words of a window, in one line and safe to print.
public final class Excerpt {
  private static final int IDS_BEFORE = 12;
  private static final int LENGTH = 72;

  private Excerpt() {}

  /// How window `w` begins.
  public static String beginning(ResultRecord record, int w) {
    ScoredWindow window = record.windows().get(w);
    String text = line(text(record, window, 0, Math.min(window.ids().length, 2 * IDS_BEFORE)));
    return text.length() <= LENGTH
        ? text
        : text.substring(0, text.offsetByCodePoints(0, fitting(text))) + "…";
  }

  private static int fitting(String text) {
    return Math.min(LENGTH, text.codePointCount(0, text.length()));
  }

  /// A token in brackets, behind what comes before it in its window.
  public static String token(ResultRecord record, int w, int position) {
    ScoredWindow window = record.windows().get(w);
    int from = Math.max(0, position - IDS_BEFORE);
    return (from > 0 ? "…" : "")
        + line(text(record, window, from, position))
        + "["
        + line(text(record, window, position, position + 1))
        + "]";
  }

  private static String text(ResultRecord record, ScoredWindow window, int from, int to) {
    if (record.texts().isPresent()) {
      return record.texts().get().of(window.ids(), from, to);
    }
    StringBuilder ids = new StringBuilder();
    for (int i = from; i < to; i++) {
      ids.append(i == from ? "" : " ").append(window.ids()[i]);
    }
    return ids.toString();
  }

  /// Line feeds have a sign of their own, because texts are full of them.
  private static String line(String text) {
    return OneLine.of(text.replace("\r\n", "⏎").replace('\n', '⏎').replace('\t', ' '));
  }
}
