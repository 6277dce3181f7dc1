package io.github.nonplus.report;

import io.github.nonplus.perplexity.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Several results over the same windows, side by side; differences are from the first.
public final class VariantTable {
  private VariantTable() {}

  /// Lines for a terminal, a heading first.
  ///
  /// @param names of the results, in their order
  public static List<String> of(List<String> names, List<Result> results) {
    List<String> lines = new ArrayList<>();
    lines.add(row("", "perplexity", "difference", "mean nll", "tokens/s"));
    Result first = results.getFirst();
    for (int i = 0; i < results.size(); i++) {
      Result result = results.get(i);
      lines.add(
          row(
              names.get(i),
              number("%.4f", result.perplexity()),
              i == 0 ? "" : number("%+.4f", result.perplexity() - first.perplexity()),
              number("%.6f", result.meanNll()),
              number("%.0f", result.execution().tokensPerSecond())));
    }
    return lines;
  }

  private static String row(Object... cells) {
    return String.format(Locale.ROOT, "%-12s %12s %12s %12s %10s", cells);
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}
