package io.github.nonplus.report;

import io.github.nonplus.verification.Verdict;
import io.github.nonplus.verification.Verdict.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/// The verdict over a device in words and a table: each operation with its largest difference over
/// all layers.
final class VerdictText {
  private VerdictText() {}

  static List<String> of(Verdict verdict) {
    Operation token = verdict.largestOfTokens();
    List<String> lines = new ArrayList<>();
    lines.add(
        say(
            "  verified   agrees within %.1e nats a token with %s, window%s %s",
            token.difference(),
            verdict.reference(),
            verdict.windows().size() == 1 ? "" : "s",
            verdict.windows().stream().map(String::valueOf).collect(Collectors.joining(", "))));
    lines.add(say("             %-22s %s", "operation", "largest difference (allowed), and where"));
    for (Operation each : largest(verdict).values()) {
      lines.add(
          say(
              "             %-22s %.1e (%.1e)%s",
              each.operation(),
              each.difference(),
              each.allowed(),
              each.difference() == 0 ? "" : ", " + where(each)));
    }
    if (!verdict.passedOver().isEmpty()) {
      lines.add(
          say("             not shown by the device: %s", String.join("; ", verdict.passedOver())));
    }
    for (String each : verdict.parted()) {
      lines.add(say("             not compared: %s, its margin within rounding", each));
    }
    return lines;
  }

  /// Each operation's layer with the largest difference, in the program's order.
  private static Map<String, Operation> largest(Verdict verdict) {
    Map<String, Operation> largest = new LinkedHashMap<>();
    for (Operation each : verdict.operations()) {
      largest.merge(each.operation(), each, (a, b) -> b.difference() > a.difference() ? b : a);
    }
    return largest;
  }

  private static String where(Operation operation) {
    return say(
        "%swindow %d, token %d",
        operation.layer() == null ? "" : "layer " + operation.layer() + ", ",
        operation.window(),
        operation.token());
  }

  private static String say(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
