package io.github.nonplus.storage;

import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.weights.ElementType;
import java.util.Optional;
import java.util.Set;

/// What a configuration says of how its weights are quantized, and how they are to be decoded.
///
/// @param config the object that says it
/// @param modelType the type in which libraries compute with the model
record Declaration(ConfigReader config, ElementType modelType, Decoding decoding) {
  /// What `dtype` says, float32 if nothing that is known.
  static ElementType type(Optional<String> dtype) {
    return switch (dtype.orElse("")) {
      case "float16" -> ElementType.FLOAT16;
      case "bfloat16" -> ElementType.BFLOAT16;
      default -> ElementType.FLOAT32;
    };
  }

  /// Size of a group: a whole number from 1 on, or 0 for all inputs, which is written -1 too.
  int group(String key) {
    int group = config.intOr(key, -1, -1);
    return Math.max(group, 0);
  }

  /// Refuses a value of a key that would mean something else, where the key is there.
  void require(String key, Set<String> values) {
    config
        .find(key)
        .ifPresent(
            value -> {
              if (!values.contains(value.isTextual() ? value.textValue() : value.toString())) {
                throw config.failure(
                    "%s is %s, which is not read; expected %s"
                        .formatted(key, config.shown(key), String.join(" or ", values)));
              }
            });
  }

  /// Ends the reading: a key that nobody read and that is not listed could change numbers.
  void refuseUnknown(Set<String> harmless) {
    config.refuseUnknown(harmless);
  }

  ModelException failure(String what) {
    return config.failure(what);
  }
}
