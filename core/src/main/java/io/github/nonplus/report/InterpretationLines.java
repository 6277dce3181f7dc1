package io.github.nonplus.report;

import io.github.nonplus.perplexity.Result.Cost;
import io.github.nonplus.perplexity.Result.DifferenceAccount;
import io.github.nonplus.perplexity.Result.InterpretationAccount;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What weights were taken for, in lines. Nothing is said of the published model, which is what
/// everyone expects.
final class InterpretationLines {
  private InterpretationLines() {}

  /// @param indent before each line
  /// @param width of the column of subjects
  static List<String> of(InterpretationAccount account, String indent, int width) {
    List<String> lines = new ArrayList<>();
    if (account.differences().isEmpty() && account.name().equals("source")) {
      return lines;
    }
    lines.add(
        line(
            indent,
            width,
            "taken for",
            account.name() + ": " + account.words() + cost(account.cost(), "together")));
    for (DifferenceAccount difference : account.differences()) {
      lines.add(line(indent, width, "difference", words(difference)));
    }
    return lines;
  }

  private static String words(DifferenceAccount difference) {
    return "%s: %s%s%s"
        .formatted(
            difference.name(),
            difference.words(),
            cost(difference.cost(), "alone"),
            difference.evidence().equals("read") ? " (read in its source, not executed)" : "");
  }

  private static String cost(Cost cost, String how) {
    if (cost == null) {
      return "";
    }
    String error =
        cost.standardError() == null
            ? ""
            : String.format(Locale.ROOT, ", standard error %.6f", cost.standardError());
    return String.format(
        Locale.ROOT,
        "; costs %s %+.6f nats a token%s: perplexity %.6f instead of %.6f",
        how,
        cost.nats(),
        error,
        cost.perplexity(),
        cost.published());
  }

  private static String line(String indent, int width, String subject, String words) {
    return String.format(Locale.ROOT, "%s%-" + width + "s %s", indent, subject, words);
  }
}
