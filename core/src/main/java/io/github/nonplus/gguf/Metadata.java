package io.github.nonplus.gguf;

import io.github.nonplus.failure.WeightsException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The metadata of a file: values by their keys. A value of another type than is asked for is a
/// [WeightsException].
public final class Metadata {
  private final Path path;
  private final Map<String, Value> values;

  Metadata(Path path, Map<String, Value> values) {
    this.path = path;
    this.values = new LinkedHashMap<>(values);
  }

  /// The file, for messages.
  public Path path() {
    return path;
  }

  /// All keys, in the order of the file.
  public Set<String> keys() {
    return Collections.unmodifiableSet(values.keySet());
  }

  public Optional<Value> find(String key) {
    return Optional.ofNullable(values.get(key));
  }

  /// A text.
  public Optional<String> text(String key) {
    return read(key, Value::text, "a string");
  }

  /// A whole number from 0 to 2³¹ − 1.
  public Optional<Integer> size(String key) {
    return read(
        key,
        value ->
            value
                .integer()
                .filter(number -> number >= 0 && number <= Integer.MAX_VALUE)
                .map(Long::intValue),
        "a whole number from 0 to " + Integer.MAX_VALUE);
  }

  /// A finite number.
  public Optional<Double> number(String key) {
    return read(key, value -> value.number().filter(Double::isFinite), "a number");
  }

  /// True or false.
  public Optional<Boolean> flag(String key) {
    return read(key, Value::flag, "true or false");
  }

  /// An array of texts.
  public Optional<List<String>> texts(String key) {
    return read(
        key,
        value ->
            value.isArray() && value.type() == ValueType.STRING
                ? Optional.of(value.texts())
                : Optional.empty(),
        "an array of strings");
  }

  private <T> Optional<T> read(String key, Function<Value, Optional<T>> reading, String expected) {
    Optional<Value> value = find(key);
    Optional<T> result = value.flatMap(reading);
    if (value.isPresent() && result.isEmpty()) {
      throw new WeightsException(
          "%s: the key '%s' is %s, expected %s; get the file again"
              .formatted(path, key, value.get().shown(), expected));
    }
    return result;
  }
}
