package io.github.nonplus.tokenizer.rules;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.failure.CorpusException;

/// The rules for a whole `tokenizer.json`.
public final class TokenizerRules {
  /// What the library's reader of JSON accepts.
  private static final int DEEPEST = 120;

  private final Violation violation;

  private TokenizerRules(Violation violation) {
    this.violation = violation;
  }

  /// Holds a file against the rules.
  ///
  /// @param file names it in messages
  /// @throws CorpusException saying the first rule that it breaks
  public static void check(String file, JsonNode json) {
    Violation violation = new Violation(file);
    new TokenizerRules(violation).numbers("", json, 0);
    StepRules steps = new StepRules(violation);
    steps.check("normalizer", json.path("normalizer"));
    steps.check("pre_tokenizer", json.path("pre_tokenizer"));
    steps.check("decoder", json.path("decoder"));
    new ModelRules(violation).check(json.path("model"));
    new LengthRules(violation).check(json);
    new AddedTokenRules(violation).check(json);
  }

  /// Numbers that no `double` holds become infinite here, and a panic there.
  private void numbers(String where, JsonNode node, int depth) {
    if (depth > DEEPEST) {
      throw violation.of(where, "is nested deeper than %d", DEEPEST);
    }
    if (node.isNumber() && !Double.isFinite(node.doubleValue())) {
      throw violation.of(where, "is a number too large");
    }
    if (node.isObject()) {
      node.properties().forEach(each -> numbers(each.getKey(), each.getValue(), depth + 1));
    } else if (node.isArray()) {
      node.forEach(each -> numbers(where, each, depth + 1));
    }
  }
}
