package io.github.nonplus.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.CorpusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// A `tokenizer.json` whose special tokens no text spells: those of the model's vocabulary are no
/// added tokens any more, and the others have a spelling that is no text's, so that all ids stay
/// what they were. Whatever else is in the file stays byte for byte: numbers are not written anew.
final class LetteredFile {
  /// Unicode's last code point, never assigned.
  static final String NO_TEXT = "\udbff\udfff";

  private static final String KEY = "added_tokens";
  private static final JsonMapper JSON = new JsonMapper();

  private LetteredFile() {}

  /// @param name names the file in messages
  /// @param vocabulary of the file
  /// @throws CorpusException if ids cannot stay what they were
  static byte[] of(String name, byte[] file, JsonNode json, Vocabulary vocabulary) {
    ArrayNode tokens = tokens(json);
    ObjectNode changed = ((ObjectNode) json).objectNode();
    changed.setAll((ObjectNode) json);
    changed.set(KEY, tokens);
    Vocabulary after = new Vocabulary(name, changed);
    for (JsonNode token : tokens) {
      String content = token.path("content").asText();
      if (!content.startsWith(NO_TEXT) && !after.id(content).equals(vocabulary.id(content))) {
        throw new CorpusException(
            ("%s gives its added tokens ids that hang on its special ones, so that these cannot be"
                    + " taken as letters; take them as ids")
                .formatted(name));
      }
    }
    return spliced(file, tokens);
  }

  private static ArrayNode tokens(JsonNode json) {
    JsonNode model = json.path("model").path("vocab");
    ArrayNode kept = JSON.createArrayNode();
    for (JsonNode token : json.path(KEY)) {
      String content = token.path("content").asText();
      if (!token.path("special").asBoolean()) {
        kept.add(token);
      } else if (!isIn(model, content)) {
        kept.add(((ObjectNode) token.deepCopy()).put("content", NO_TEXT + kept.size()));
      }
    }
    return kept;
  }

  private static boolean isIn(JsonNode vocabulary, String token) {
    if (vocabulary.isObject()) {
      return vocabulary.has(token);
    }
    for (JsonNode entry : vocabulary) {
      if (entry.path(0).asText().equals(token)) {
        return true;
      }
    }
    return false;
  }

  /// The file with other added tokens; without any it stays as it is.
  private static byte[] spliced(byte[] file, ArrayNode tokens) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(file.length);
    try (JsonParser parser = JSON.createParser(file)) {
      parser.nextToken(); // the object begins
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        boolean found = parser.currentName().equals(KEY);
        parser.nextToken();
        int begin = (int) parser.currentTokenLocation().getByteOffset();
        parser.skipChildren();
        int end = (int) parser.currentLocation().getByteOffset();
        if (found) {
          out.write(file, 0, begin);
          out.write(tokens.toString().getBytes(StandardCharsets.UTF_8));
          out.write(file, end, file.length - end);
          return out.toByteArray();
        }
      }
      return file;
    } catch (IOException e) {
      throw new IllegalArgumentException("it was read before", e);
    }
  }
}
