package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.failure.CorpusException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
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
  private final List<String> moved = new ArrayList<>();
  private final List<String> special = new ArrayList<>();
  private int size;

  /// @param name names the file in messages
  /// @param json the whole `tokenizer.json`
  Vocabulary(String name, JsonNode json) {
    JsonNode vocabulary = json.path("model").path("vocab");
    if (vocabulary.isObject()) { // BPE, WordPiece, WordLevel: token → id
      vocabulary
          .properties()
          .forEach(entry -> put(checked(name, entry.getValue(), entry.getKey()), entry.getKey()));
    } else if (vocabulary.isArray()) { // Unigram: [token, score] at its id
      for (int id = 0; id < vocabulary.size(); id++) {
        put(id, vocabulary.get(id).path(0).asText());
      }
    } else {
      throw new CorpusException(
          name + " has no model.vocab, so it is no tokenizer; get the model's files anew");
    }
    int ofModel = ids.size();
    int next = ofModel;
    for (JsonNode token : json.path("added_tokens")) {
      String content = token.path("content").asText();
      int written = checked(name, token.path("id"), content);
      if (content.isEmpty()) {
        continue; // no text has it
      }
      int id = ids.getOrDefault(content, next);
      added.add(id);
      if (token.path("special").asBoolean()) {
        special.add(content);
      }
      put(id, content);
      next = id >= next ? id + 1 : next;
      if (id != written) {
        moved.add(
            "tokenizer.json gives the token %s the id %d, but Hugging Face's library gives it %d; the ids follow the library"
                .formatted(content, written, id));
      }
    }
  }

  private static int checked(String name, JsonNode id, String token) {
    if (!id.isIntegralNumber()
        || !id.canConvertToInt()
        || id.intValue() < 0
        || id.intValue() > LARGEST_ID) {
      throw new CorpusException(
          "%s gives the token '%s' the id %s, expected 0 to %d; get the model's files anew"
              .formatted(name, token, id, LARGEST_ID));
    }
    return id.intValue();
  }

  private void put(int id, String token) {
    tokens.put(id, token);
    ids.put(token, id);
    size = Math.max(size, id + 1);
  }

  /// Added tokens that do not get the ids that stand in the file, each a sentence. The library
  /// gives a token that is in the model's vocabulary the id from there, and every other the next
  /// one after those so far.
  List<String> moved() {
    return List.copyOf(moved);
  }

  /// One more than the largest id.
  int size() {
    return size;
  }

  /// The token as it stands in the file, or `null` if no token has this id.
  String token(int id) {
    return tokens.get(id);
  }

  /// The added tokens that are special, as texts spell them.
  List<String> special() {
    return List.copyOf(special);
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
