package io.github.nonplus.weights.safetensors;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.github.nonplus.failure.WeightsException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads the JSON of a safetensors header token by token, so that a hostile header costs no more
/// memory than its tensors. Checks the form only; [SafetensorsFile] checks the numbers.
final class HeaderParser {
  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path file;
  private final JsonParser json;

  private HeaderParser(Path file, JsonParser json) {
    this.file = file;
    this.json = json;
  }

  /// The tensors in the order in which the header names them.
  static List<HeaderEntry> parse(Path file, byte[] header) {
    try (JsonParser json = JSON.createParser(utf8(header))) {
      return new HeaderParser(file, json).entries();
    } catch (JsonProcessingException malformed) {
      throw new WeightsException(
          "%s: the header is not valid JSON (%s); download the file again"
              .formatted(file, malformed.getOriginalMessage()),
          malformed);
    } catch (IOException malformed) { // nothing else can go wrong with bytes at hand
      throw new WeightsException(
          file + ": the header is not UTF-8; download the file again", malformed);
    }
  }

  /// What the format prescribes: given bytes, the parser would guess an encoding from the first.
  private static Reader utf8(byte[] header) {
    return new InputStreamReader(
        new ByteArrayInputStream(header), StandardCharsets.UTF_8.newDecoder());
  }

  private List<HeaderEntry> entries() throws IOException {
    List<HeaderEntry> entries = new ArrayList<>();
    expect(json.nextToken(), JsonToken.START_OBJECT, "the header");
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken value = json.nextToken();
      if (name.equals("__metadata__")) {
        json.skipChildren();
      } else {
        expect(value, JsonToken.START_OBJECT, "tensor '" + name + "'");
        entries.add(entry(name));
      }
    }
    if (json.nextToken() != null) {
      throw new WeightsException(file + ": the header goes on after its closing brace");
    }
    return entries;
  }

  private HeaderEntry entry(String name) throws IOException {
    StoredType type = null;
    List<Long> shape = null;
    List<Long> offsets = null;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      String what = "%s of tensor '%s'".formatted(field, name);
      switch (field) {
        case "dtype" -> {
          expect(value, JsonToken.VALUE_STRING, what);
          type = new StoredType(json.getText());
        }
        case "shape" -> shape = wholeNumbers(value, what);
        case "data_offsets" -> offsets = wholeNumbers(value, what);
        default -> throw new WeightsException(file + ": unknown field " + what);
      }
    }
    if (type == null || shape == null || offsets == null || offsets.size() != 2) {
      throw new WeightsException(
          "%s: tensor '%s' needs dtype, shape and two data_offsets".formatted(file, name));
    }
    return new HeaderEntry(name, type, shape, offsets.get(0), offsets.get(1));
  }

  private List<Long> wholeNumbers(JsonToken token, String what) throws IOException {
    expect(token, JsonToken.START_ARRAY, what);
    List<Long> numbers = new ArrayList<>();
    for (JsonToken next = json.nextToken(); next != JsonToken.END_ARRAY; next = json.nextToken()) {
      expect(next, JsonToken.VALUE_NUMBER_INT, what);
      if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER || json.getLongValue() < 0) {
        throw new WeightsException(
            "%s: %s holds %s, expected a size".formatted(file, what, json.getText()));
      }
      numbers.add(json.getLongValue());
    }
    return numbers;
  }

  private void expect(JsonToken found, JsonToken expected, String what) {
    if (found != expected) {
      throw new WeightsException(
          "%s: %s is a %s, expected %s".formatted(file, what, plain(found), plain(expected)));
    }
  }

  private static String plain(JsonToken token) {
    return token == null ? "header that ends" : token.name().toLowerCase().replace('_', ' ');
  }
}
