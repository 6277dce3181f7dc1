package io.github.nonplus.tokenizer.gguf;

import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.gguf.Metadata;
import io.github.nonplus.gguf.Value;
import io.github.nonplus.gguf.ValueType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The tokens of a file, checked: each with its kind and its score.
final class TokenList {
  private static final String PREFIX = "tokenizer.ggml.";

  /// More than any vocabulary has.
  private static final int MOST = 1 << 22;

  /// Texts that llama.cpp takes for control tokens whatever the file says of them.
  private static final Set<String> CONTROL =
      Set.of(
          "<|eot_id|>",
          "<|im_end|>",
          "<|end|>",
          "<|return|>",
          "<|call|>",
          "<|flush|>",
          "<|calls|>",
          "<end_of_turn>",
          "<|endoftext|>",
          "</s>",
          "<|eom_id|>",
          "<EOT>",
          "_<EOT>",
          "[EOT]",
          "[EOS]",
          "<|end_of_text|>",
          "<end_of_utterance>",
          "<eos>",
          "<turn|>",
          "<|tool_response>",
          "<｜end▁of▁sentence｜>",
          "[e~[");

  /// Texts that it always takes as they are.
  private static final Set<String> USER_DEFINED =
      Set.of("<|channel|>", "<|message|>", "<|start|>", "<|constrain|>");

  private final Metadata metadata;
  private final List<String> tokens;
  private final List<TokenKind> kinds = new ArrayList<>();
  private final Map<String, Integer> ids = new HashMap<>();

  TokenList(Metadata metadata) {
    this.metadata = metadata;
    this.tokens = new ArrayList<>(texts("tokens"));
    if (tokens.isEmpty()) {
      throw failure("it has no tokens (tokenizer.ggml.tokens)");
    }
    for (int id = 0; id < tokens.size(); id++) {
      if (tokens.get(id).isEmpty()) {
        tokens.set(id, "[EMPTY_%d]".formatted(id));
      }
      Integer other = ids.put(tokens.get(id), id);
      if (other != null) {
        throw failure("the tokens %d and %d are both '%s'".formatted(other, id, tokens.get(id)));
      }
    }
    readKinds();
  }

  private void readKinds() {
    Optional<Value> types = array("token_type");
    for (int id = 0; id < tokens.size(); id++) {
      String token = tokens.get(id);
      int at = id;
      TokenKind kind =
          types.map(all -> TokenKind.of(all.integer(at).orElse(0L))).orElse(TokenKind.NORMAL);
      if (USER_DEFINED.contains(token)) {
        kind = TokenKind.USER_DEFINED;
      } else if (CONTROL.contains(token)) {
        kind = TokenKind.CONTROL;
      }
      kinds.add(kind);
    }
  }

  int size() {
    return tokens.size();
  }

  String token(int id) {
    return tokens.get(id);
  }

  TokenKind kind(int id) {
    return kinds.get(id);
  }

  Optional<Integer> id(String token) {
    return Optional.ofNullable(ids.get(token));
  }

  Set<String> all() {
    return ids.keySet();
  }

  /// A token's score for each; none where the file has no scores.
  double[] scores() {
    Value scores = array("scores").orElse(null);
    double[] result = new double[tokens.size()];
    for (int id = 0; scores != null && id < result.length; id++) {
      result[id] =
          scores
              .number(id)
              .filter(Double::isFinite)
              .orElseThrow(() -> failure("tokenizer.ggml.scores has a score that is no number"));
    }
    return result;
  }

  /// Texts under a key, none if it is not there.
  List<String> texts(String key) {
    Optional<Value> value = metadata.find(PREFIX + key);
    if (value.isPresent() && value.get().count() > MOST) {
      throw failure(
          "%s%s has %d entries, expected at most %d"
              .formatted(PREFIX, key, value.get().count(), MOST));
    }
    return metadata.texts(PREFIX + key).orElse(List.of());
  }

  /// An array with a number for each token.
  private Optional<Value> array(String key) {
    Optional<Value> value = metadata.find(PREFIX + key);
    value.ifPresent(
        array -> {
          if (!array.isArray()
              || array.type() == ValueType.STRING
              || array.type() == ValueType.ARRAY
              || array.count() < tokens.size()) {
            throw failure(
                "%s%s is %s, expected a number for each of %d tokens"
                    .formatted(PREFIX, key, array.kind(), tokens.size()));
          }
        });
    return value;
  }

  Optional<Boolean> flag(String key) {
    return metadata.flag(PREFIX + key);
  }

  Optional<String> text(String key) {
    return metadata.text(PREFIX + key);
  }

  /// The id under a key, or what llama.cpp takes where there is none; -1 for no token.
  int special(String which, int absent) {
    int id = metadata.size(PREFIX + which + "_token_id").orElse(absent);
    int result = id >= tokens.size() ? absent : id;
    return result >= tokens.size() ? -1 : result;
  }

  /// What the model is called, in lower case.
  String title() {
    return metadata.text("general.name").orElse("").toLowerCase(Locale.ROOT);
  }

  CorpusException failure(String what) {
    return new CorpusException(
        "%s: %s; give windows of ids, or a file with another tokenizer"
            .formatted(metadata.path(), what));
  }
}
