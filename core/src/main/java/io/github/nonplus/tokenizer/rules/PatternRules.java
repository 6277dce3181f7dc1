package io.github.nonplus.tokenizer.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The rules for a pattern that texts are searched for, `{"String": …}` or `{"Regex": …}`. Whether
/// an expression is one is for the library's own engine to say, Oniguruma, whose syntax is not that
/// of Java; here its size is bounded, so that it can be compiled.
final class PatternRules {
  /// Characters; the longest expression in use has some 500.
  private static final int LONGEST = 10_000;

  /// Counted repetitions multiply the size of what is compiled when one stands in another.
  private static final long MOST_COPIES = 100_000;

  private static final Pattern REPETITION = Pattern.compile("\\{(\\d*)(?:,(\\d*))?}");

  private final Violation violation;
  private final String where;

  PatternRules(Violation violation, String where) {
    this.violation = violation;
    this.where = where;
  }

  void check(JsonNode pattern) {
    for (String kind : new String[] {"String", "Regex"}) {
      int length = pattern.path(kind).asText().length();
      if (length > LONGEST) {
        throw violation.of(
            where, "has a pattern of %d characters, expected at most %d", length, LONGEST);
      }
    }
    if (pattern.path("String").isTextual() && pattern.path("String").asText().isEmpty()) {
      throw violation.of(where, "looks for the empty text");
    }
    repetitions(pattern.path("Regex").asText());
  }

  private void repetitions(String expression) {
    long copies = 1;
    Matcher matcher = REPETITION.matcher(expression);
    while (matcher.find()) {
      copies *= Math.max(1, Math.max(count(matcher.group(1)), count(matcher.group(2))));
      if (copies > MOST_COPIES) {
        throw violation.of(where, "repeats parts of its pattern more than %d times", MOST_COPIES);
      }
    }
  }

  private static long count(String digits) {
    if (digits == null || digits.isEmpty()) {
      return 0;
    }
    return digits.length() > 9 ? Integer.MAX_VALUE : Long.parseLong(digits);
  }
}
