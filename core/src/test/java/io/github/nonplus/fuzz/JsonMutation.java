package io.github.nonplus.fuzz;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// What a stranger may make of a file of JSON that stays JSON: a value or two that are null,
/// missing, of another kind, far too large, or twice there; the same ones for the same seed.
public final class JsonMutation {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// Values that no reader expects, as JSON.
  private static final String[] VALUES = {
    "null",
    "true",
    "-1",
    "0",
    "1",
    "2",
    "0.5",
    "-0.0",
    "2147483647",
    "2147483648",
    "9223372036854775807",
    "1e400",
    "1e-400",
    "123456789012345678901234567890",
    "\"\"",
    "\"x\"",
    "\"NaN\"",
    "\"Infinity\"",
    "\"-Infinity\"",
    "\"2026-99-99\"",
    "\"../../../etc/passwd\"",
    "\"\\u0000\"",
    "\"\\u001b[31m\\u202e\"",
    "[]",
    "[null]",
    "[[]]",
    "{}",
    "{\"a\": 1}",
    "[1, \"a\", {}]"
  };

  private final Random random;

  public JsonMutation(long seed) {
    this.random = new Random(seed);
  }

  /// A changed copy.
  public JsonNode of(JsonNode whole) {
    JsonNode copy = whole.deepCopy();
    for (int i = 1 + random.nextInt(2); i > 0; i--) {
      once(copy);
    }
    return copy;
  }

  private void once(JsonNode whole) {
    List<JsonNode> containers = new ArrayList<>();
    collect(whole, containers);
    if (containers.isEmpty()) {
      return; // the first change took everything
    }
    JsonNode container = containers.get(random.nextInt(containers.size()));
    switch (container) {
      case ObjectNode object -> once(object);
      case ArrayNode array -> once(array);
      default -> throw new IllegalStateException();
    }
  }

  /// All that hold something, but of a list only some, so that long ones are not all there is.
  private void collect(JsonNode node, List<JsonNode> containers) {
    if (!node.isContainerNode() || node.isEmpty()) {
      return;
    }
    containers.add(node);
    if (node.isArray()) {
      for (int i = 0; i < Math.min(4, node.size()); i++) {
        collect(node.get(random.nextInt(node.size())), containers);
      }
    } else {
      node.forEach(each -> collect(each, containers));
    }
  }

  private void once(ObjectNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    String name = names.get(random.nextInt(names.size()));
    switch (random.nextInt(6)) {
      case 0 -> object.remove(name);
      case 1 -> object.set("unknown", value());
      case 2 -> object.set(name, object.get(names.get(random.nextInt(names.size()))).deepCopy());
      default -> object.set(name, value());
    }
  }

  private void once(ArrayNode array) {
    int at = random.nextInt(array.size());
    switch (random.nextInt(6)) {
      case 0 -> array.remove(at);
      case 1 -> array.insert(at, array.get(at).deepCopy());
      case 2 -> array.removeAll();
      default -> array.set(at, value());
    }
  }

  private JsonNode value() {
    try {
      return JSON.readTree(VALUES[random.nextInt(VALUES.length)]);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
