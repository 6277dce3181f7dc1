package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What `tokenizer_config.json` says about the tokens at the begin and the end of a text.
final class SpecialTokens {
  private final JsonNode settings;

  SpecialTokens(JsonNode settings) {
    this.settings = settings;
  }

  /// Where the settings and what `tokenizer` really adds are not the same.
  List<String> disagreements(Tokenizer tokenizer) {
    List<String> result = new ArrayList<>();
    int[] bare = tokenizer.encode("a", false);
    int[] full = tokenizer.encode("a", true);
    boolean added = full.length > bare.length;
    compare(tokenizer, "bos", added ? full[0] : -1).ifPresent(result::add);
    compare(tokenizer, "eos", added ? full[full.length - 1] : -1).ifPresent(result::add);
    return List.copyOf(result);
  }

  /// @param found the id that stands at this end of a text because it was added; -1 if none was
  private Optional<String> compare(Tokenizer tokenizer, String which, int found) {
    JsonNode wanted = settings.path("add_" + which + "_token");
    JsonNode named = settings.path(which + "_token");
    String token = named.isObject() ? named.path("content").asText() : named.asText();
    if (!wanted.isBoolean() || token.isEmpty()) {
      return Optional.empty();
    }
    boolean adds = found >= 0 && tokenizer.token(found).equals(token);
    if (adds == wanted.booleanValue()) {
      return Optional.empty();
    }
    return Optional.of(
        ("tokenizer_config.json sets add_%s_token to %s, but tokenizer.json %s %s; the ids follow "
                + "tokenizer.json, and other tools may count one token more or less")
            .formatted(which, wanted, adds ? "adds" : "does not add", token));
  }
}
