package io.github.nonplus.report;

import io.github.nonplus.comparison.Comparison;
import java.util.Locale;

/// What it would take to tell two results apart, in words.
public final class Resolution {
  /// Twice the tokens of the English Wikipedia.
  private static final double LONGEST_TEXT = 1e10;

  private Resolution() {}

  /// Whether a comparison's windows resolve a difference of perplexities, or how many more would.
  public static String of(Comparison comparison, double difference) {
    long more = comparison.windowsToResolve(difference);
    if (more < 0) {
      return "unknown: too few windows";
    }
    if (more == 0) {
      return say("a difference of %s is resolved by these windows", plain(difference));
    }
    double tokens =
        (double) more * comparison.baseline().tokens() / comparison.baseline().windows().size();
    return tokens > LONGEST_TEXT
        ? say(
            "about %,d more windows like these would be needed to bring ± down to %s, and no text is"
                + " that long",
            more, plain(difference))
        : say(
            "about %,d more windows like these would bring ± down to %s", more, plain(difference));
  }

  private static String plain(double value) {
    return value == Math.rint(value) ? "%d".formatted((long) value) : Double.toString(value);
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
