package io.github.nonplus.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Reads a JSON configuration key by key and remembers which keys were read, so that a key which
/// nobody understood can be refused: it might change the numbers.
public final class ConfigReader {
  private static final int SHOWN = 60;

  /// Sizes that transformers takes under these names, too, where a family calls them otherwise (the
  /// `attribute_map` of its classes): BLOOM's files have them.
  private static final Set<String> USUAL =
      Set.of("hidden_size", "num_attention_heads", "num_hidden_layers", "max_position_embeddings");

  private final String path;
  private final ObjectNode json;
  private final Set<String> read;
  private final Map<String, String> names;

  /// @param path names the file (and the object within it) in messages
  public ConfigReader(String path, ObjectNode json) {
    this(path, json, new HashSet<>(), Map.of());
  }

  private ConfigReader(String path, ObjectNode json, Set<String> read, Map<String, String> names) {
    this.path = path;
    this.json = json;
    this.read = read;
    this.names = names;
  }

  /// The same configuration, which calls some keys by other names than those that are asked for:
  /// `n_embd` what is asked for as `hidden_size`. What is read of either is read of both. A size
  /// may have its usual name instead.
  ///
  /// @param stored the name in the file, by the name that is asked for
  public ConfigReader calling(Map<String, String> stored) {
    return new ConfigReader(path, json, read, stored);
  }

  /// The name of a key in the file.
  public String name(String key) {
    String stored = names.getOrDefault(key, key);
    return USUAL.contains(key) && !json.has(stored) && json.has(key) ? key : stored;
  }

  /// Where the configuration came from, for messages.
  public String path() {
    return path;
  }

  /// The object itself, for those who copy it.
  public ObjectNode json() {
    return json;
  }

  /// The value as it stands in the file; empty if the key is absent or null.
  public Optional<JsonNode> find(String key) {
    read.add(name(key));
    JsonNode value = json.get(name(key));
    return value == null || value.isNull() ? Optional.empty() : Optional.of(value);
  }

  /// A whole number of at least `minimum`.
  public int requiredInt(String key, int minimum) {
    return findInt(key, minimum).orElseThrow(() -> failure(name(key) + " is missing"));
  }

  /// A whole number of at least `minimum`, or `absent`.
  public int intOr(String key, int minimum, int absent) {
    return findInt(key, minimum).orElse(absent);
  }

  private Optional<Integer> findInt(String key, int minimum) {
    return find(key)
        .map(
            value -> {
              if (!value.isIntegralNumber()
                  || !value.canConvertToInt()
                  || value.intValue() < minimum) {
                throw failure(
                    "%s is %s, expected a whole number from %d to %d"
                        .formatted(name(key), shown(value), minimum, Integer.MAX_VALUE));
              }
              return value.intValue();
            });
  }

  /// A whole number of at least `minimum`, however it is written (4096 or 4096.0), or `absent`.
  public int wholeOr(String key, int minimum, int absent) {
    double number = findNumber(key).orElse((double) absent);
    return number == (int) number && number >= minimum
        ? (int) number
        : intOr(key, minimum, absent); // which says what is wrong
  }

  /// A finite number, or empty.
  public Optional<Double> findNumber(String key) {
    return find(key)
        .map(
            value -> {
              if (!value.isNumber() || !Double.isFinite(value.doubleValue())) {
                throw failure("%s is %s, expected a number".formatted(name(key), shown(value)));
              }
              return value.doubleValue();
            });
  }

  /// A finite number above zero, or `absent`.
  public double positiveOr(String key, double absent) {
    double value = findNumber(key).orElse(absent);
    if (!(value > 0)) {
      throw failure("%s is %s, expected a number above 0".formatted(name(key), value));
    }
    return value;
  }

  /// `true` or `false`, or `absent`.
  public boolean booleanOr(String key, boolean absent) {
    return find(key)
        .map(
            value -> {
              if (!value.isBoolean()) {
                throw failure(
                    "%s is %s, expected true or false".formatted(name(key), shown(value)));
              }
              return value.booleanValue();
            })
        .orElse(absent);
  }

  /// A string, or `absent`.
  public String stringOr(String key, String absent) {
    return find(key)
        .map(
            value -> {
              if (!value.isTextual()) {
                throw failure("%s is %s, expected a string".formatted(name(key), shown(value)));
              }
              return value.textValue();
            })
        .orElse(absent);
  }

  /// A list of finite numbers, which must be there.
  public List<Double> numbers(String key) {
    JsonNode value = find(key).orElseThrow(() -> failure(name(key) + " is missing"));
    if (!value.isArray()
        || value.valueStream().anyMatch(each -> !each.isNumber() || !isFinite(each))) {
      throw failure("%s is %s, expected a list of numbers".formatted(name(key), shown(value)));
    }
    return value.valueStream().map(JsonNode::doubleValue).toList();
  }

  private static boolean isFinite(JsonNode number) {
    return Double.isFinite(number.doubleValue());
  }

  /// A list of strings, or empty.
  public Optional<List<String>> findStrings(String key) {
    return find(key)
        .map(
            value -> {
              if (!value.isArray() || value.valueStream().anyMatch(each -> !each.isTextual())) {
                throw failure(
                    "%s is %s, expected a list of strings".formatted(name(key), shown(value)));
              }
              return value.valueStream().map(JsonNode::textValue).toList();
            });
  }

  /// A nested object with its own memory of what was read, or empty.
  public Optional<ConfigReader> findObject(String key) {
    return find(key)
        .map(
            value -> {
              if (!(value instanceof ObjectNode object)) {
                throw failure("%s is %s, expected an object".formatted(name(key), shown(value)));
              }
              return new ConfigReader(path + ": " + key, object);
            });
  }

  /// The same, where an object without any value is none.
  public Optional<ConfigReader> findFilledObject(String key) {
    return findObject(key).filter(object -> !isEmpty(object.json));
  }

  /// Whether the key is there and sets something.
  public boolean isSet(String key) {
    return find(key).filter(value -> !isEmpty(value)).isPresent();
  }

  /// Whether a setting sets nothing: null, and a list or an object without any value.
  private static boolean isEmpty(JsonNode value) {
    return value.isNull()
        || (value.isContainerNode() && value.valueStream().allMatch(ConfigReader::isEmpty));
  }

  /// Refuses the first key that sets something and was neither read nor is listed here.
  public void refuseUnknown(Set<String> harmless) {
    unread().stream()
        .filter(key -> !harmless.contains(key))
        .findFirst()
        .ifPresent(
            key -> {
              throw unknown(key);
            });
  }

  /// The same, where `harmless` also says at which values a key is.
  public void refuseUnknown(HarmlessKeys harmless) {
    for (String key : unread()) {
      if (!harmless.contains(key, json.get(key))) {
        throw harmless.knows(key)
            ? failure(
                "%s is %s, and only %s is implemented"
                    .formatted(key, shown(key), harmless.values(key)))
            : unknown(key);
      }
    }
  }

  private Set<String> unread() {
    Set<String> unread = new TreeSet<>();
    json.fieldNames().forEachRemaining(unread::add);
    unread.removeAll(read);
    unread.removeIf(key -> isEmpty(json.get(key)));
    return unread;
  }

  private ModelException unknown(String key) {
    return failure(
        "the key '%s' (%s) is not known here and could change the numbers; remove it if it does not"
            .formatted(key, shown(key)));
  }

  /// The value of a key as it stands in the file, as much of it as a sentence can hold.
  public String shown(String key) {
    return shown(json.path(key));
  }

  private static String shown(JsonNode value) {
    // A number that is none would be put into quotation marks.
    String text = value.isNumber() ? value.asText() : value.toString();
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  /// A failure that names this configuration.
  public ModelException failure(String what) {
    return new ModelException(path + ": " + what);
  }
}
