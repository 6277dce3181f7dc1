package io.github.nonplus.tokenizer.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/// The rules for what a text goes through before and after the model: normalizers, pre-tokenizers
/// and decoders, single or in a `Sequence`.
final class StepRules {
  private static final List<String> MEMBERS = List.of("normalizers", "pretokenizers", "decoders");

  /// Many times what any tokenizer has.
  private static final int MOST_STEPS = 256;

  private final Violation violation;
  private int steps;

  StepRules(Violation violation) {
    this.violation = violation;
  }

  /// @param where names the step
  void check(String where, JsonNode step) {
    if (++steps > MOST_STEPS) {
      throw violation.of(where, "has more than %d steps", MOST_STEPS);
    }
    switch (step.path("type").asText()) {
      case "FixedLength" -> length(where, step.path("length"));
      case "Precompiled" -> new CharsmapRules(violation, where).check(step);
      case "Replace", "Split" -> new PatternRules(violation, where).check(step.path("pattern"));
      default -> {
        // No other has a parameter that the library does not check itself.
      }
    }
    for (String members : MEMBERS) {
      step.path(members).forEach(each -> check(where, each));
    }
  }

  private void length(String where, JsonNode length) {
    if (length.isMissingNode()) {
      return; // five, says the library
    }
    if (!length.isIntegralNumber() || !length.canConvertToInt() || length.intValue() < 1) {
      throw violation.of(
          where, "cuts into pieces of the length %s, expected 1 to %d", length, Integer.MAX_VALUE);
    }
  }
}
