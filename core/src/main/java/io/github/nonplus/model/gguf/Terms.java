package io.github.nonplus.model.gguf;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.model.ConfigReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// A configuration in Hugging Face's terms, made of what a file says.
final class Terms {
  private final Description file;
  private final ObjectNode json = JsonNodeFactory.instance.objectNode();
  private final List<Departure> departures = new ArrayList<>();
  private final List<String> notices = new ArrayList<>();
  private final List<String> leftOut = new ArrayList<>();

  Terms(Description file, String family) {
    this.file = file;
    json.put("model_type", family);
  }

  Description file() {
    return file;
  }

  ObjectNode json() {
    return json;
  }

  /// Whether it is that family.
  boolean is(String family) {
    return family().equals(family);
  }

  /// The model's type.
  String family() {
    return json.path("model_type").asText();
  }

  Terms put(String key, String value) {
    json.put(key, value);
    return this;
  }

  Terms put(String key, int value) {
    json.put(key, value);
    return this;
  }

  Terms put(String key, double value) {
    json.put(key, value);
    return this;
  }

  Terms put(String key, boolean value) {
    json.put(key, value);
    return this;
  }

  /// What is put under this name so far, a whole number.
  int size(String key) {
    return json.path(key).intValue();
  }

  /// A number that must be there.
  Terms number(String key, String there) {
    return put(key, file.number(there));
  }

  /// A number that llama.cpp takes to be `absent` where there is none.
  Terms number(String key, String there, double absent) {
    return put(key, file.findNumber(there).orElse(absent));
  }

  /// A number that the configuration does without.
  Terms numberIfThere(String key, String there) {
    file.findNumber(there).ifPresent(value -> put(key, value));
    return this;
  }

  Terms size(String key, String there) {
    return put(key, file.size(there));
  }

  /// Whether a tensor is there.
  Terms ifThere(String key, String tensor) {
    return put(key, file.hasTensor(tensor));
  }

  /// Notes what llama.cpp computes otherwise than the published model.
  Terms departing(Departure departure) {
    departures.add(departure);
    return this;
  }

  List<Departure> departures() {
    return List.copyOf(departures);
  }

  /// Notes what is not followed of llama.cpp.
  Terms noting(String sentence) {
    notices.add(sentence);
    return this;
  }

  List<String> notices() {
    return List.copyOf(notices);
  }

  /// Leaves out tensors whose names begin so: no loss depends on them.
  Terms leavingOut(String beginning) {
    leftOut.add(beginning);
    return this;
  }

  List<String> leftOut() {
    return List.copyOf(leftOut);
  }

  /// The configuration, some of whose keys the family calls otherwise.
  ConfigReader config(Map<String, String> names) {
    ObjectNode renamed = JsonNodeFactory.instance.objectNode();
    json.properties()
        .forEach(
            entry ->
                renamed.set(names.getOrDefault(entry.getKey(), entry.getKey()), entry.getValue()));
    return new ConfigReader(file.path(), renamed);
  }
}
