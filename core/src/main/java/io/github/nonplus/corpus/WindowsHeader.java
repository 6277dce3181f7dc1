package io.github.nonplus.corpus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.files.JsonReason;

/// The first line of a file of windows that says by which protocol they are to be scored. A file
/// without one is the original's, byte for byte, and is scored as the original does.
///
/// @param protocol its name, which this package does not know
/// @param window ids of a full window
/// @param stride tokens from one window's begin to the next
/// @param lastFed whether the model is fed a window's last id
public record WindowsHeader(String protocol, int window, int stride, boolean lastFed) {
  static final String MARK = "#nonplus-windows ";
  private static final int VERSION = 1;

  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  public WindowsHeader {
    if (protocol.isEmpty() || window < 2 || stride < 1) {
      throw new IllegalArgumentException(
          "protocol '%s', window %d, stride %d".formatted(protocol, window, stride));
    }
  }

  /// The line, without its end.
  String line() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("version", VERSION);
    json.put("protocol", protocol);
    json.put("window", window);
    json.put("stride", stride);
    json.put("last_id_is_fed", lastFed);
    return MARK + json;
  }

  /// @param text what follows [#MARK]
  /// @throws IllegalArgumentException saying what is wrong, to be completed by a file and a line
  static WindowsHeader parse(String text) {
    JsonNode json = json(text);
    if (json.path("version").asInt(-1) != VERSION) {
      throw new IllegalArgumentException(
          "is of version %s, but this Nonplus reads version %d; make the windows anew"
              .formatted(json.path("version"), VERSION));
    }
    if (!json.path("protocol").isTextual()
        || json.get("protocol").textValue().isEmpty()
        || !json.path("last_id_is_fed").isBoolean()) {
      throw new IllegalArgumentException("names no protocol; make the windows anew");
    }
    return new WindowsHeader(
        json.get("protocol").textValue(),
        number(json, "window", 2),
        number(json, "stride", 1),
        json.get("last_id_is_fed").booleanValue());
  }

  private static int number(JsonNode json, String key, int least) {
    JsonNode value = json.path(key);
    if (!value.isIntegralNumber() || !value.canConvertToInt() || value.intValue() < least) {
      throw new IllegalArgumentException(
          "has %s %s, expected %d or more; make the windows anew".formatted(key, value, least));
    }
    return value.intValue();
  }

  static JsonNode json(String text) {
    try {
      JsonNode json = MAPPER.readTree(text);
      if (json.isObject()) {
        return json;
      }
      throw new IllegalArgumentException("holds no JSON object; make the windows anew");
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(
          "is not valid JSON (%s); make the windows anew".formatted(JsonReason.inLine(e)), e);
    }
  }
}
