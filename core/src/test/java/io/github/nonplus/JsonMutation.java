package io.github.nonplus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What a stranger who knows the format may make of a JSON file: values exchanged for hostile ones,
/// for one another and for those of other files; keys left out; elements many times. What comes out
/// is JSON, but for numbers that no `double` holds. The same for the same seed.
public final class JsonMutation {
  private static final JsonMapper JSON = new JsonMapper();

  /// Literals that stand where others stood.
  private static final List<String> LITERALS =
      List.of(
          "0",
          "-1",
          "1",
          "2147483647",
          "4294967295",
          "4294967296",
          "18446744073709551615",
          "18446744073709551616",
          "1e999",
          "-1e999",
          "1e-999",
          "0.5",
          "null",
          "true",
          "false",
          "{}",
          "[]",
          "[[]]",
          "\"\"",
          "\" \"",
          "\"a\"",
          "\"\\u0000\"",
          "\"\\ud83d\\ude00\"",
          "\"e\\u0301\\u0301\\u0301\"",
          "\"▁\"",
          "\"(a|a)*b\"",
          "\"(\"",
          "\"(?=)\"",
          "\"^\"",
          "\"a{1000}{1000}\"",
          "\"AAAA\"",
          "\"BAAAAAAAAAA=\"");

  private final Random random;
  private final List<JsonNode> files;

  /// Where a value stands: in the object or array `parent`, under `key` or at `index`.
  private record Place(JsonNode parent, String key, int index) {
    JsonNode value() {
      return key != null ? parent.get(key) : parent.get(index);
    }

    void put(JsonNode value) {
      if (parent instanceof ObjectNode object) {
        object.set(key, value);
      } else {
        ((ArrayNode) parent).set(index, value);
      }
    }

    void remove() {
      if (parent instanceof ObjectNode object) {
        object.remove(key);
      } else {
        ((ArrayNode) parent).remove(index);
      }
    }
  }

  /// @param files of the format, from which parts are taken
  public JsonMutation(long seed, List<JsonNode> files) {
    this.random = new Random(seed);
    this.files = files;
  }

  /// A text made of one of the files.
  public String next() {
    JsonNode file = files.get(random.nextInt(files.size())).deepCopy();
    String marked = null;
    for (int i = 1 + random.nextInt(1 + random.nextInt(3)); i > 0; i--) {
      List<Place> places = places(file);
      if (places.isEmpty()) {
        break;
      }
      String literal = once(places.get(random.nextInt(places.size())), places);
      marked = literal == null ? marked : literal;
    }
    String text = file.toString();
    return marked == null ? text : text.replace("\"@literal@\"", marked);
  }

  /// @return what the mark stands for, if one was set
  private String once(Place place, List<Place> places) {
    switch (random.nextInt(8)) {
      case 0 -> place.remove();
      case 1 -> place.put(places.get(random.nextInt(places.size())).value().deepCopy());
      case 2 -> place.put(elsewhere(place));
      case 3 -> multiply(place);
      case 4 -> place.put(JsonNodeFactory.instance.arrayNode().add(place.value()));
      default -> {
        String literal = literal(place.value());
        place.put(JsonNodeFactory.instance.textNode("@literal@"));
        return literal;
      }
    }
    return null;
  }

  /// Mostly one of the same type, which gets further.
  private String literal(JsonNode old) {
    String literal;
    do {
      literal = LITERALS.get(random.nextInt(LITERALS.size()));
    } while (random.nextInt(8) > 0 && type(literal) != type(old.toString()));
    return literal;
  }

  /// The type of a literal: what it begins with, and one for all numbers.
  private static char type(String literal) {
    char first = literal.charAt(0);
    return switch (first) {
      case '"', '{', '[' -> first;
      case 't', 'f', 'n' -> 't';
      default -> '0';
    };
  }

  /// What stands under the same key in another file, or anything from there.
  private JsonNode elsewhere(Place place) {
    List<Place> others = places(files.get(random.nextInt(files.size())));
    List<JsonNode> alike =
        others.stream()
            .filter(other -> place.key() != null && place.key().equals(other.key()))
            .map(Place::value)
            .toList();
    JsonNode chosen =
        alike.isEmpty()
            ? others.get(random.nextInt(others.size())).value()
            : alike.get(random.nextInt(alike.size()));
    return chosen.deepCopy();
  }

  private void multiply(Place place) {
    int times = 1 + random.nextInt(1 + random.nextInt(40));
    if (place.value() instanceof ArrayNode array && !array.isEmpty()) {
      JsonNode element = array.get(random.nextInt(array.size())).deepCopy();
      for (int i = 0; i < times; i++) {
        array.add(element);
      }
    } else if (place.value().isTextual()) {
      place.put(JsonNodeFactory.instance.textNode(place.value().asText().repeat(times)));
    }
  }

  private static List<Place> places(JsonNode file) {
    List<Place> places = new ArrayList<>();
    collect(file, places);
    return places;
  }

  private static void collect(JsonNode node, List<Place> places) {
    if (node.isObject()) {
      for (var entry : node.properties()) {
        places.add(new Place(node, entry.getKey(), -1));
        collect(entry.getValue(), places);
      }
    }
    for (int i = 0; node.isArray() && i < node.size(); i++) {
      places.add(new Place(node, null, i));
      collect(node.get(i), places);
    }
  }

  /// A file for the list.
  public static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }
}
