package io.github.nonplus.report;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.nonplus.explanation.Explanation;
import io.github.nonplus.explanation.Step;
import io.github.nonplus.files.IndentedJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// An explanation between two protocols, step by step.
public final class ExplanationText {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE).build();

  private ExplanationText() {}

  /// Lines for a terminal.
  public static List<String> of(Explanation explanation) {
    List<String> lines = new ArrayList<>();
    lines.add(
        "From %s to %s, one difference at a time:".formatted(explanation.from(), explanation.to()));
    lines.add("%12s  %8s  %9s  %9s".formatted("perplexity", "", "windows", "scored"));
    double before = Double.NaN;
    for (Step step : explanation.steps()) {
      lines.add(
          String.format(
              Locale.ROOT,
              "%12.4f  %8s  %9d  %9d  %s",
              step.perplexity(),
              Double.isNaN(before)
                  ? ""
                  : String.format(Locale.ROOT, "%+.2f %%", 100 * (step.perplexity() / before - 1)),
              step.windows(),
              step.tokensScored(),
              step.changed().isEmpty()
                  ? step.description()
                  : String.join(" and ", step.changed()) + ": " + step.description()));
      before = step.perplexity();
    }
    lines.add("The last is the number of %s.".formatted(explanation.to()));
    return lines;
  }

  /// The explanation as a JSON object, indented.
  public static String json(Explanation explanation) {
    return IndentedJson.of(MAPPER, explanation);
  }
}
