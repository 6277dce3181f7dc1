package io.github.nonplus.report;

import io.github.nonplus.comparison.Interval;
import io.github.nonplus.comparison.SizeComparison;
import io.github.nonplus.comparison.SizeComparison.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Files of one model by size, in a table for a terminal: what each costs, how far it is from the
/// baseline and from the reference, and what the next smaller one would cost in quality.
public final class SizeText {
  private SizeText() {}

  /// Lines, an empty one first.
  static List<String> of(SizeComparison sizes) {
    List<Entry> entries = sizes.entries();
    int width = entries.stream().mapToInt(entry -> entry.record().label().length()).max().orElse(0);
    boolean diverge = entries.stream().anyMatch(entry -> entry.divergence().isPresent());
    String row = "%-" + width + "s  %12s %6s  %10s %9s" + (diverge ? "  %10s %9s" : "") + "  %s";
    List<String> lines = new ArrayList<>(List.of("", "By size, smallest first"));
    List<Object> heading = new ArrayList<>(List.of("", "bytes", "bits", "mean loss", "± 95 %"));
    if (diverge) {
      heading.addAll(List.of("divergence", "± 95 %"));
    }
    heading.add("");
    lines.add(say(row, heading.toArray()));
    for (Entry entry : entries) {
      List<Object> cells = new ArrayList<>();
      cells.add(entry.record().label());
      cells.add(say("%,d", entry.bytes()));
      cells.add(entry.bits() > 0 ? say("%.2f", entry.bits()) : "");
      boolean isBaseline = entry.record() == sizes.baseline();
      cells.add(isBaseline ? "baseline" : say("%+.5f", entry.nll().value()));
      cells.add(isBaseline ? "" : width(entry.nll()));
      if (diverge) {
        cells.add(entry.divergence().map(each -> say("%.5f", each.value())).orElse(""));
        cells.add(entry.divergence().map(SizeText::width).orElse(""));
      }
      cells.add(verdict(entry));
      lines.add(say(row, cells.toArray()));
    }
    return lines;
  }

  /// What a reader should know of a file: that another is better and no larger, or whether its
  /// bytes buy anything.
  public static String verdict(Entry entry) {
    if (entry.dominator().isPresent()) {
      return "dominated: %s is no larger and better".formatted(entry.dominator().get().label());
    }
    if (entry.step().isEmpty()) {
      return "the smallest";
    }
    Interval step = entry.step().get();
    if (!step.isKnown()) {
      return "too few windows to say";
    }
    return step.high() < 0
        ? "better than the next smaller"
        : "not told from the next smaller by these windows";
  }

  private static String width(Interval interval) {
    return interval.isKnown() ? say("%.5f", interval.halfWidth()) : "unknown";
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values).stripTrailing();
  }
}
