package io.github.nonplus.report.page;

import io.github.nonplus.comparison.Comparison;
import io.github.nonplus.comparison.Comparison.WindowDifference;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.TokenTexts;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/// The worst windows of a result, or those of each that became worst against the baseline.
record ShadedWindows(
    Markup page, List<ResultRecord> records, List<Comparison> comparisons, TokenTexts texts) {
  private static final int OF_ONE = 5;
  private static final int OF_EACH = 3;

  void draw() {
    ShadedWindow.legend(page, !comparisons.isEmpty());
    if (comparisons.isEmpty()) {
      ofOne(records.getFirst());
    }
    for (int c = 0; c < comparisons.size(); c++) {
      ofComparison(comparisons.get(c), (c + 1) % ReportPage.COLOURS);
    }
  }

  private void ofOne(ResultRecord record) {
    List<Integer> worst =
        IntStream.range(0, record.windows().size())
            .boxed()
            .sorted(Comparator.comparingDouble(w -> -record.windows().get(w).mean()))
            .toList();
    for (int w : apart(worst, Integer::intValue, OF_ONE)) {
      page.open("h3")
          .say("Window %,d: mean loss %.3f nats", w + 1, record.windows().get(w).mean())
          .close("h3");
      ShadedWindow.draw(page, record.windows().get(w), null, texts);
    }
  }

  private void ofComparison(Comparison comparison, int colour) {
    page.element("h3", comparison.other().label(), "class", "t" + colour);
    List<WindowDifference> worst = comparison.worstWindows(4 * OF_EACH);
    for (WindowDifference window : apart(worst, WindowDifference::window, OF_EACH)) {
      page.open("h4")
          .say(
              "Window %,d: mean loss %.3f nats, %+.3f against the baseline",
              window.window() + 1, window.other(), window.difference())
          .close("h4");
      ShadedWindow.draw(
          page,
          comparison.other().windows().get(window.window()),
          comparison.baseline().windows().get(window.window()),
          texts);
    }
  }

  /// The first `count` of which none is another's neighbour, because neighbours overlap.
  private static <T> List<T> apart(List<T> all, ToIntFunction<T> window, int count) {
    List<T> chosen = new ArrayList<>();
    for (T each : all) {
      int own = window.applyAsInt(each);
      if (chosen.size() < count
          && chosen.stream().noneMatch(c -> Math.abs(window.applyAsInt(c) - own) < 2)) {
        chosen.add(each);
      }
    }
    return chosen;
  }
}
