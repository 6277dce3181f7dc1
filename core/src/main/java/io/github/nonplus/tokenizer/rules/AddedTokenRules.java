package io.github.nonplus.tokenizer.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/// The rule for tokens that are added to a model's own: something has to be left of one that goes
/// through the normalizer, as texts do. The library searches texts for what is left, finds nothing
/// everywhere, also within a character, and aborts there.
///
/// What a step takes away is told from its kind: white space at the ends, control characters,
/// accents, what is replaced by nothing.
final class AddedTokenRules {
  private final Violation violation;

  AddedTokenRules(Violation violation) {
    this.violation = violation;
  }

  void check(JsonNode json) {
    List<JsonNode> steps = new ArrayList<>();
    collect(json.path("normalizer"), steps);
    for (JsonNode token : json.path("added_tokens")) {
      String content = token.path("content").asText();
      if (!content.isEmpty() && token.path("normalized").asBoolean() && isRemoved(content, steps)) {
        throw violation.of(
            "added_tokens",
            "has the token of id %s, '%s', of which the normalizer leaves nothing",
            token.path("id"),
            content);
      }
    }
  }

  private static void collect(JsonNode step, List<JsonNode> steps) {
    steps.add(step);
    step.path("normalizers").forEach(each -> collect(each, steps));
  }

  private static boolean isRemoved(String content, List<JsonNode> steps) {
    String left = content;
    boolean strips = false;
    boolean controls = false;
    boolean accents = false;
    for (JsonNode step : steps) {
      switch (step.path("type").asText()) {
        case "Strip" -> strips = true;
        case "StripAccents" -> accents = true;
        case "Nmt", "Precompiled" -> controls = true;
        case "BertNormalizer" -> {
          controls |= step.path("clean_text").asBoolean(true);
          accents |= step.path("strip_accents").asBoolean(step.path("lowercase").asBoolean());
        }
        case "Replace" -> {
          String pattern = step.path("pattern").path("String").asText();
          boolean isNothing = step.path("content").asText().isEmpty();
          left = isNothing && !pattern.isEmpty() ? left.replace(pattern, "") : left;
          strips |= isNothing && step.path("pattern").has("Regex"); // most likely of white space
        }
        default -> {
          // No other takes anything away.
        }
      }
    }
    boolean spaces = strips;
    boolean signs = controls;
    boolean marks = accents;
    return left.codePoints()
        .allMatch(
            c ->
                spaces && isSpace(c)
                    || signs && isControl(c)
                    || marks && Character.getType(c) == Character.NON_SPACING_MARK);
  }

  private static boolean isSpace(int c) {
    return Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85;
  }

  private static boolean isControl(int c) {
    int type = Character.getType(c);
    return (type == Character.CONTROL || type == Character.FORMAT || c == 0xfffd) && !isSpace(c);
  }
}
