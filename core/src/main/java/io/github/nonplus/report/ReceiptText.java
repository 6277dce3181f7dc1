package io.github.nonplus.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nonplus.files.IndentedJson;
import io.github.nonplus.receipt.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What came of looking at a result's origin again, for people and as JSON.
public final class ReceiptText {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private static final int WIDTH = 10;

  private ReceiptText() {}

  /// A line for each thing that was looked at, what it was and is where they differ, and a
  /// sentence.
  public static List<String> lines(List<Check> checks) {
    List<String> lines = new ArrayList<>();
    int width = checks.stream().mapToInt(each -> each.subject().length()).max().orElse(0);
    String line = "%-" + Math.max(WIDTH, width) + "s %-10s %s";
    for (Check check : checks) {
      lines.add(
          line.formatted(
              check.subject(), check.state().name().toLowerCase(Locale.ROOT), check.note()));
      if (check.state() == Check.State.DIFFERS) {
        lines.add("             result  " + check.claimed());
        lines.add("             now     " + check.found());
      }
    }
    lines.add(
        "%d match, %d differ, %d are not there, %d the result does not say"
            .formatted(
                count(checks, Check.State.MATCHES),
                count(checks, Check.State.DIFFERS),
                count(checks, Check.State.ABSENT),
                count(checks, Check.State.UNCLAIMED)));
    return lines;
  }

  private static long count(List<Check> checks, Check.State state) {
    return checks.stream().filter(check -> check.state() == state).count();
  }

  /// The checks as a JSON array.
  public static String json(List<Check> checks) {
    return IndentedJson.of(MAPPER, checks);
  }
}
