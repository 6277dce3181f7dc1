package io.github.nonplus.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/// What a part of a result says, whatever it is.
record Claimed(JsonNode json) {
  Claimed part(String name) {
    return new Claimed(json.path(name));
  }

  /// The text under `name`, if there is one.
  Optional<String> text(String name) {
    JsonNode value = json.path(name);
    return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
  }

  /// The same as a path.
  Optional<Path> place(String name) {
    try {
      return text(name).map(Path::of);
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }
}
