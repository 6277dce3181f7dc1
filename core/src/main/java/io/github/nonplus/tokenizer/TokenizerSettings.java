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
    List<String> result = new ArrayList<>(tokenizer.moved());
    AddedTokens added = tokenizer.added();
    compare(tokenizer, "bos", added.first()).ifPresent(result::add);
    compare(tokenizer, "eos", added.last()).ifPresent(result::add);
    prefixSpace(json.path("pre_tokenizer").path("add_prefix_space")).ifPresent(result::add);
    builtAnew(json).ifPresent(result::add);
    return List.copyOf(result);
  }

  /// Since its version 5, transformers takes only the vocabulary and the merges for a tokenizer of
  /// this class, and builds the steps itself: a space is put before the first word of a text
  /// (`"first"`), or with `legacy` before each part between special tokens (`"always"`), unless one
  /// stands there. A `Prepend` of the file puts one before each part in any case.
  private Optional<String> builtAnew(JsonNode json) {
    boolean legacy = settings.path("legacy").asBoolean(false);
    String name = settings.path("tokenizer_class").asText();
    Optional<String> found = prepended(json);
    if (!(name.equals("LlamaTokenizer") || name.equals("LlamaTokenizerFast"))
        || found.isEmpty()
        || found.get().equals(legacy ? "always" : "first")) {
      return Optional.empty();
    }
    return Optional.of(
        ("tokenizer_config.json names %s with legacy %s, which transformers 5 builds anew, with a"
                + " space before %s; tokenizer.json puts one %s; the ids follow tokenizer.json, and"
                + " differ where a text begins with a space or spells out a special token")
            .formatted(
                name, legacy, legacy ? "each part" : "the first word only", words(found.get())));
  }

  private static String words(String scheme) {
    return switch (scheme) {
      case "first" -> "before the first word only";
      case "always" -> "before each part between special tokens that has none";
      default -> "before each part between special tokens, even a second one";
    };
  }

  /// How `tokenizer.json` puts spaces before words; empty if it does not, or is of another kind.
  private static Optional<String> prepended(JsonNode json) {
    JsonNode normalizer = json.path("normalizer");
    for (JsonNode step :
        normalizer.has("normalizers") ? normalizer.path("normalizers") : List.of(normalizer)) {
      if (step.path("prepend").asText().equals("\u2581")) {
        return Optional.of("prepend");
      }
    }
    JsonNode splitter = json.path("pre_tokenizer");
    return splitter.path("type").asText().equals("Metaspace") && splitter.has("prepend_scheme")
        ? Optional.of(splitter.path("prepend_scheme").asText())
            .filter(scheme -> !scheme.equals("never"))
        : Optional.empty();
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
