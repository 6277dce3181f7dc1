package io.github.nonplus.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;

/// JSON for people and programs: one fact a line, indented by two spaces. Lines end in a line feed
/// on every system, so that the same content is the same bytes wherever it is written.
public final class IndentedJson {
  private static final ObjectMapper TREES = new ObjectMapper();

  private IndentedJson() {}

  /// The object as text, without a line feed at the end.
  public static String of(JsonNode json) {
    return of(TREES, json);
  }

  /// The same of anything that `mapper` can turn into JSON.
  public static String of(ObjectMapper mapper, Object value) {
    try {
      return writer(mapper).writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// Lists of numbers and texts stay on one line.
  private static ObjectWriter writer(ObjectMapper mapper) {
    return mapper.writer(
        new DefaultPrettyPrinter().withObjectIndenter(new DefaultIndenter("  ", "\n")));
  }
}
