package io.github.nonplus.weights.mlc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.JsonFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// What MLC's configuration says of a tokenizer, found in `tokenizer.json` by MLC's rules.
///
/// @param info the object `tokenizer_info`
/// @param tokens the number of different tokens; empty without `tokenizer.json`
record TokenizerFacts(ObjectNode info, Optional<Integer> tokens) {
  private static final String FILE_NAME = "tokenizer.json";

  static TokenizerFacts read(Path directory) {
    Path file = directory.resolve(FILE_NAME);
    if (Files.notExists(file)) {
      return new TokenizerFacts(info(JsonNodeFactory.instance.objectNode()), Optional.empty());
    }
    ObjectNode tokenizer = JsonFile.read(file, ModelException::new);
    Set<String> tokens = new HashSet<>();
    for (JsonNode added : tokenizer.path("added_tokens")) {
      if (!tokens.add(added.path("content").asText())) {
        throw new ModelException(
            "%s lists the added token %s twice; remove one of them"
                .formatted(file, added.path("content")));
      }
    }
    JsonNode vocabulary = tokenizer.path("model").path("vocab");
    vocabulary.fieldNames().forEachRemaining(tokens::add);
    if (vocabulary.isArray()) {
      vocabulary.forEach(piece -> tokens.add(piece.path(0).asText()));
    }
    addDeclaredTokens(directory.resolve("tokenizer_config.json"), tokens);
    return new TokenizerFacts(info(tokenizer), Optional.of(tokens.size()));
  }

  private static void addDeclaredTokens(Path file, Set<String> tokens) {
    if (Files.exists(file)) {
      ObjectNode config = JsonFile.read(file, ModelException::new);
      config
          .path("added_tokens_decoder")
          .forEach(token -> tokens.add(token.path("content").asText()));
    }
  }

  private static ObjectNode info(ObjectNode tokenizer) {
    List<JsonNode> decoders = members(tokenizer.path("decoder"), "decoders");
    List<JsonNode> normalizers = members(tokenizer.path("normalizer"), "normalizers");
    String method =
        decoders.stream()
            .map(decoder -> decoder.path("type").asText())
            .filter(type -> type.equals("ByteLevel") || type.equals("ByteFallback"))
            .findFirst()
            .orElse("ByteFallback");
    boolean prepends =
        normalizers.stream()
            .anyMatch(
                normalizer ->
                    normalizer.path("type").asText().equals("Prepend")
                        && normalizer.path("prepend").asText().equals("\u2581"));
    boolean strips =
        decoders.stream()
            .anyMatch(
                decoder ->
                    decoder.path("type").asText().equals("Strip")
                        && decoder.path("content").asText().equals(" ")
                        && decoder.path("start").asInt() == 1
                        && decoder.path("stop").asInt() == 0);
    return JsonNodeFactory.instance
        .objectNode()
        .put("token_postproc_method", method.equals("ByteLevel") ? "byte_level" : "byte_fallback")
        .put("prepend_space_in_encode", prepends)
        .put("strip_space_in_decode", strips);
  }

  /// The step itself, or the steps of a `Sequence`.
  private static List<JsonNode> members(JsonNode step, String key) {
    return step.path("type").asText().equals("Sequence")
        ? StreamSupport.stream(step.path(key).spliterator(), false).toList()
        : Stream.of(step).filter(JsonNode::isObject).toList();
  }
}
