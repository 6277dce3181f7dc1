package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// What `tokenizer_config.json` says that could change ids: the tokens at the begin and the end of
/// a text, and a space before it.
final class TokenizerSettings {
  private final JsonNode settings;

  TokenizerSettings(JsonNode settings) {
    this.settings = settings;
  }

  /// Where the settings and what `tokenizer` really does are not the same.
  ///
  /// @param json its `tokenizer.json`
  List<String> disagreements(Tokenizer tokenizer, JsonNode json) {
    List<String> result = new ArrayList<>();
    AddedTokens added = tokenizer.added();
    compare(tokenizer, "bos", added.first()).ifPresent(result::add);
    compare(tokenizer, "eos", added.last()).ifPresent(result::add);
    prefixSpace(json.path("pre_tokenizer").path("add_prefix_space")).ifPresent(result::add);
    return List.copyOf(result);
  }

  /// The token that the settings name, or nothing.
  ///
  /// @param which `bos` or `eos`
  String token(String which) {
    JsonNode named = settings.path(which + "_token");
    String token = named.isObject() ? named.path("content").asText() : named.asText();
    return named.isNull() ? "" : token;
  }

  private Optional<String> prefixSpace(JsonNode done) {
    JsonNode wanted = settings.path("add_prefix_space");
    if (!wanted.isBoolean() || !done.isBoolean() || wanted.equals(done)) {
      return Optional.empty();
    }
    return Optional.of(
        ("tokenizer_config.json sets add_prefix_space to %s, but tokenizer.json to %s; the ids "
                + "follow tokenizer.json, and other tools may begin the text with another token")
            .formatted(wanted, done));
  }

  /// @param found the id that is added at this end of a text, if one is
  private Optional<String> compare(Tokenizer tokenizer, String which, OptionalInt found) {
    JsonNode wanted = settings.path("add_" + which + "_token");
    String token = token(which);
    if (!wanted.isBoolean() || token.isEmpty()) {
      return Optional.empty();
    }
    boolean adds = found.isPresent() && tokenizer.token(found.getAsInt()).equals(token);
    if (adds == wanted.booleanValue()) {
      return Optional.empty();
    }
    return Optional.of(
        ("tokenizer_config.json sets add_%s_token to %s, but tokenizer.json %s %s; the ids follow "
                + "tokenizer.json, and other tools may count one token more or less")
            .formatted(which, wanted, adds ? "adds" : "does not add", token));
  }
}
