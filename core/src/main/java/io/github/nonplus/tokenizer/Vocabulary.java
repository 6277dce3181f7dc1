package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.failure.CorpusException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/// The tokens that a `tokenizer.json` names: the vocabulary of its model and the tokens that were
/// added to it.
final class Vocabulary {
  private static final int LARGEST_ID = Integer.MAX_VALUE - 1;

  private final Map<Integer, String> tokens = new HashMap<>();
  private final Set<Integer> added = new HashSet<>();
  private final Map<String, Integer> ids = new HashMap<>();
  private int size;

  /// @param name names the file in messages
  /// @param json the whole `tokenizer.json`
  Vocabulary(String name, JsonNode json) {
    JsonNode vocabulary = json.path("model").path("vocab");
    if (vocabulary.isObject()) { // BPE, WordPiece, WordLevel: token → id
      vocabulary.properties().forEach(entry -> add(name, entry.getValue(), entry.getKey()));
    } else if (vocabulary.isArray()) { // Unigram: [token, score] at its id
      for (int id = 0; id < vocabulary.size(); id++) {
        tokens.put(id, vocabulary.get(id).path(0).asText());
        ids.put(tokens.get(id), id);
        size = id + 1;
      }
    } else {
      throw new CorpusException(
          name + " has no model.vocab, so it is no tokenizer; get the model's files anew");
    }
    for (JsonNode token : json.path("added_tokens")) {
      add(name, token.path("id"), token.path("content").asText());
      added.add(token.path("id").intValue());
    }
  }

  private void add(String name, JsonNode id, String token) {
    if (!id.isIntegralNumber()
        || !id.canConvertToInt()
        || id.intValue() < 0
        || id.intValue() > LARGEST_ID) {
      throw new CorpusException(
          "%s gives the token '%s' the id %s, expected 0 to %d; get the model's files anew"
              .formatted(name, token, id, LARGEST_ID));
    }
    tokens.put(id.intValue(), token);
    ids.put(token, id.intValue());
    size = Math.max(size, id.intValue() + 1);
  }

  /// One more than the largest id.
  int size() {
    return size;
  }

  /// The token as it stands in the file, or `null` if no token has this id.
  String token(int id) {
    return tokens.get(id);
  }

  /// Whether the token was added to the vocabulary, and so is spelled as it is meant.
  boolean isAdded(int id) {
    return added.contains(id);
  }

  /// The id of a token as it stands in the file, if there is such a token.
  OptionalInt id(String token) {
    Integer id = ids.get(token);
    return id == null ? OptionalInt.empty() : OptionalInt.of(id);
  }

  /// Whether any token is one of those.
  boolean anyToken(Predicate<String> one) {
    return ids.keySet().stream().anyMatch(one);
  }
}
