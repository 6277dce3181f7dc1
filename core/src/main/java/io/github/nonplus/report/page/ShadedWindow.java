package io.github.nonplus.report.page;

import io.github.nonplus.report.record.ScoredWindow;
import io.github.nonplus.report.record.TokenTexts;
import java.util.Arrays;

/// One window's text, each token on a ground that is the darker the higher its loss.
final class ShadedWindow {
  /// Nats from one shade to the next; the last shade is for all above.
  static final double STEP = 1.5;

  static final int SHADES = 8;

  /// A token is underlined whose loss is higher than the baseline's by this many nats.
  static final double GROWN = 1;

  private ShadedWindow() {}

  /// Draws a window.
  ///
  /// @param baseline the same window of the baseline, or null
  static void draw(Markup page, ScoredWindow window, ScoredWindow baseline, TokenTexts texts) {
    page.open("p", "class", "passage", "dir", "auto");
    int from = 0;
    while (from < window.ids().length) {
      int to = wholeCharacters(window, texts, from);
      draw(page, window, baseline, from, to, texts.of(window.ids(), from, to));
      from = to;
    }
    page.close("p").line();
  }

  /// Where the characters that the token begins are complete: a character spread over several
  /// tokens is shown with all of them. At most four tokens, a character's longest spelling.
  private static int wholeCharacters(ScoredWindow window, TokenTexts texts, int from) {
    for (int to = from + 1; to <= Math.min(from + 4, window.ids().length); to++) {
      if (texts.of(window.ids(), from, to).indexOf('\ufffd') < 0) {
        return to;
      }
    }
    return from + 1;
  }

  private static void draw(
      Markup page, ScoredWindow window, ScoredWindow baseline, int from, int to, String text) {
    String shown = text.replace("\r", "").replace('\n', '⏎');
    if (from < window.first()) {
      page.element("span", shown, "class", "context", "title", "context, not scored");
      return;
    }
    double loss = sum(window, from, to);
    String title = Markup.format("%.2f nats", loss);
    String kind = "k" + (int) Math.clamp(Math.floor(loss / STEP), 0, SHADES - 1);
    if (baseline != null) {
      double before = sum(baseline, from, to);
      title += Markup.format(", baseline %.2f", before);
      kind += loss - before > GROWN ? " grown" : "";
    }
    page.element("span", shown, "class", kind, "title", title);
  }

  private static double sum(ScoredWindow window, int from, int to) {
    return Arrays.stream(window.nll(), from - window.first(), to - window.first()).sum();
  }

  /// What the shades mean.
  static void legend(Markup page, boolean compared) {
    page.open("p", "class", "shades").text("loss of a token, nats: ");
    for (int shade = 0; shade < SHADES; shade++) {
      String from = Markup.format("%.3g", shade * STEP).replaceAll("\\.?0+$", "");
      page.element(
          "span",
          shade == SHADES - 1 ? from + " and more" : from.isEmpty() ? "0" : from,
          "class",
          "k" + shade);
    }
    if (compared) {
      page.text(" ")
          .element("span", "underlined", "class", "grown")
          .say(": higher than the baseline's by more than %.0f nat", GROWN);
    }
    page.close("p").line();
  }
}
