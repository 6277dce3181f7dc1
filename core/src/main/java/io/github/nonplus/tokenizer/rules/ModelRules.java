package io.github.nonplus.tokenizer.rules;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;

/// The rules for the model: that its tokens can be told apart, and that its ids hang on the text
/// alone.
final class ModelRules {
  private static final String MODEL = "model";

  private final Violation violation;

  ModelRules(Violation violation) {
    this.violation = violation;
  }

  void check(JsonNode model) {
    if (model.path("dropout").asDouble(0) != 0) {
      throw violation.of(
          MODEL,
          "has the dropout %s, by which ids would be a matter of chance, expected none",
          model.path("dropout"));
    }
    ids(model.path("vocab"));
    prefixes(model);
    if (model.path("vocab").isArray()) {
      scores(model.path("vocab"));
    }
  }

  private void ids(JsonNode vocabulary) {
    if (!vocabulary.isObject()) {
      return; // the place is the id
    }
    BitSet small = new BitSet();
    Map<Integer, String> large = new HashMap<>();
    int limit = 8 * vocabulary.size();
    for (var entry : vocabulary.properties()) {
      int id = entry.getValue().asInt(-1);
      boolean taken;
      if (id >= 0 && id < limit) {
        taken = small.get(id);
        small.set(id);
      } else {
        taken = large.put(id, entry.getKey()) != null;
      }
      if (taken) {
        throw violation.of(MODEL, "gives the id %d to more than one token", id);
      }
    }
  }

  /// The library takes the prefix off the second half of each merge without looking.
  private void prefixes(JsonNode model) {
    String prefix = model.path("continuing_subword_prefix").asText("");
    if (prefix.isEmpty() || model.path("continuing_subword_prefix").isNull()) {
      return;
    }
    for (JsonNode merge : model.path("merges")) {
      String second =
          merge.isArray()
              ? merge.path(1).asText()
              : merge.asText().substring(merge.asText().indexOf(' ') + 1);
      if (!second.startsWith(prefix)) {
        throw violation.of(
            MODEL, "merges '%s', which does not begin with the prefix '%s'", second, prefix);
      }
    }
  }

  private void scores(JsonNode vocabulary) {
    for (JsonNode entry : vocabulary) {
      if (!entry.isArray() || !entry.path(0).isTextual() || !entry.path(1).isNumber()) {
        throw violation.of(MODEL, "has the entry %s, expected a token and its score", entry);
      }
    }
  }
}
