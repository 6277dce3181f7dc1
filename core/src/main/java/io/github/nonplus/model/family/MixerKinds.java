package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/// What each layer of a hybrid mixes its rows with, by the names of its configuration.
final class MixerKinds {
  /// What newer configurations call attention to all tokens.
  static final String FULL = "full_attention";

  private MixerKinds() {}

  /// Reads `layer_types`.
  ///
  /// @param known the names that the family has
  /// @param otherwise the kind of a layer where there is no list
  static List<String> read(
      ConfigReader config, int layers, List<String> known, IntFunction<String> otherwise) {
    return read(config, "layer_types", layers, known, otherwise);
  }

  /// The same under another key.
  static List<String> read(
      ConfigReader config,
      String key,
      int layers,
      List<String> known,
      IntFunction<String> otherwise) {
    Optional<List<String>> types = config.findStrings(key);
    if (types.isEmpty()) {
      return IntStream.range(0, layers).mapToObj(otherwise).toList();
    }
    if (types.get().size() != layers) {
      throw config.failure(
          "%s has %d entries for %d layers".formatted(key, types.get().size(), layers));
    }
    types.get().stream()
        .filter(type -> !known.contains(type))
        .findFirst()
        .ifPresent(
            type -> {
              throw config.failure(
                  "%s has '%s', expected %s".formatted(key, type, String.join(" or ", known)));
            });
    return types.get();
  }
}
