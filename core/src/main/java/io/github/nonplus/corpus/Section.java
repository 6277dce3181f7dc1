package io.github.nonplus.corpus;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.File;

/// The windows of one document in a file of windows with a header: a line of its own stands before
/// them.
///
/// @param name of the document
/// @param extent of its text, before anything was done to it
/// @param first its first window; the next document's first is the one after its last
public record Section(String name, Extent extent, int first) {
  static final String MARK = "#document ";

  public Section {
    name = written(name);
  }

  /// A name as it is written into files: one that is a path has the same bytes on every system.
  static String written(String name) {
    return name.replace(File.separatorChar, '/');
  }

  /// The line, without its end.
  String line() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("name", name);
    json.put("words", extent.words());
    json.put("bytes", extent.bytes());
    return MARK + json;
  }

  /// @param text what follows [#MARK]
  /// @throws IllegalArgumentException saying what is wrong, to be completed by a file and a line
  static Section parse(String text, int first) {
    JsonNode json = WindowsHeader.json(text);
    if (!json.path("name").isTextual()) {
      throw new IllegalArgumentException("names no document; make the windows anew");
    }
    return new Section(
        json.get("name").textValue(),
        new Extent(number(json, "words", 1), number(json, "bytes", 0)),
        first);
  }

  private static long number(JsonNode json, String key, long least) {
    JsonNode value = json.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < least) {
      throw new IllegalArgumentException(
          "has %s %s, expected %d or more; make the windows anew".formatted(key, value, least));
    }
    return Math.min(value.longValue(), Long.MAX_VALUE >> 20); // so that no sum overflows
  }
}
