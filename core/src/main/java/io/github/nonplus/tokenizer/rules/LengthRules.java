package io.github.nonplus.tokenizer.rules;

import com.fasterxml.jackson.databind.JsonNode;

/// The rules for how ids are cut off or filled up. Neither is done here, but the library reads the
/// lengths, and would fill up to whatever they say.
final class LengthRules {
  /// Ids of a text; no model takes as many.
  private static final long LONGEST = 1 << 24;

  private final Violation violation;

  LengthRules(Violation violation) {
    this.violation = violation;
  }

  void check(JsonNode json) {
    JsonNode truncation = json.path("truncation");
    JsonNode padding = json.path("padding");
    within("truncation", "max_length", truncation.path("max_length"), Long.MAX_VALUE); // "no limit"
    within("truncation", "stride", truncation.path("stride"), LONGEST);
    within("padding", "Fixed", padding.path("strategy").path("Fixed"), LONGEST);
    within("padding", "pad_to_multiple_of", padding.path("pad_to_multiple_of"), LONGEST);
  }

  private void within(String where, String key, JsonNode length, long most) {
    if (length.isMissingNode() || length.isNull()) {
      return;
    }
    if (!length.isIntegralNumber()
        || !length.canConvertToLong()
        || length.longValue() < 0
        || length.longValue() > most) {
      throw violation.of(where, "has the %s %s, expected 0 to %d", key, length, most);
    }
  }
}
