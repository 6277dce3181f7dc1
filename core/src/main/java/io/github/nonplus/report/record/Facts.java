package io.github.nonplus.report.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.RecordException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// What a result says of itself, asked for by name and kind. What is missing or of another kind is
/// refused in a sentence with the file and the name.
///
/// @param path of the file
/// @param name of this part with a dot behind it, empty for the whole
record Facts(Path path, String name, ObjectNode json) {
  /// The object under `key`.
  Facts part(String key) {
    if (json.path(key) instanceof ObjectNode object) {
      return new Facts(path, name + key + ".", object);
    }
    throw damaged(key, "an object");
  }

  /// The objects of the list under `key`; none if there is no such list.
  List<Facts> list(String key) {
    List<Facts> parts = new ArrayList<>();
    JsonNode list = json.path(key);
    if (!isAbsent(list) && !list.isArray()) {
      throw damaged(key, "a list");
    }
    for (JsonNode each : list) {
      String place = "%s[%d]".formatted(key, parts.size());
      if (!(each instanceof ObjectNode object)) {
        throw damaged(place, "an object");
      }
      parts.add(new Facts(path, name + place + ".", object));
    }
    return parts;
  }

  boolean has(String key) {
    return !isAbsent(json.path(key));
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  String text(String key) {
    if (!json.path(key).isTextual()) {
      throw damaged(key, "a text");
    }
    return json.get(key).textValue();
  }

  Optional<String> optionalText(String key) {
    return has(key) ? Optional.of(text(key)) : Optional.empty();
  }

  /// A number that is finite.
  double number(String key) {
    JsonNode value = json.path(key);
    if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
      throw damaged(key, "a number");
    }
    return value.doubleValue();
  }

  /// A number that may have outgrown all numbers: it then stands there as "Infinity".
  double large(String key) {
    return json.path(key).asText().equals("Infinity") ? Double.POSITIVE_INFINITY : number(key);
  }

  OptionalDouble optionalLarge(String key) {
    return has(key) ? OptionalDouble.of(large(key)) : OptionalDouble.empty();
  }

  /// A whole number, 0 or more.
  long count(String key) {
    JsonNode value = json.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
      throw damaged(key, "a whole number");
    }
    return value.longValue();
  }

  RecordException damaged(String key, String expected) {
    return damaged(path, name + key, expected);
  }

  static RecordException damaged(Path path, String what, String expected) {
    return new RecordException(
        "%s is damaged: %s is not %s; calculate it again with --record FILE"
            .formatted(path, what, expected));
  }
}
