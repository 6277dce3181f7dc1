package io.github.nonplus.reference.family;

import io.github.nonplus.model.ConfigReader;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/// Which layers see a sliding window, and how much of it.
///
/// @param window 0 for none at all
record Windows(int window, IntPredicate slides) {
  private static final String SLIDING = "sliding_attention";

  /// `sliding_window`, where null means none, and `layer_types`.
  ///
  /// @param absent what an absent `sliding_window` means
  /// @param otherwise which layers slide where no list says it
  static Windows read(ConfigReader config, int layers, int absent, IntPredicate otherwise) {
    int window =
        config.json().has("sliding_window") ? config.intOr("sliding_window", 0, 0) : absent;
    return of(config, layers, window, otherwise);
  }

  /// The same with a window that was read before.
  static Windows of(ConfigReader config, int layers, int window, IntPredicate otherwise) {
    Optional<List<String>> types = config.findStrings("layer_types");
    if (types.isEmpty()) {
      return new Windows(window, layer -> window > 0 && otherwise.test(layer));
    }
    List<String> list = types.get();
    if (list.size() != layers) {
      throw config.failure(
          "layer_types has %d entries for %d layers".formatted(list.size(), layers));
    }
    for (String type : list) {
      if (!type.equals(SLIDING) && !type.equals("full_attention")) {
        throw config.failure(
            "layer_types has '%s', expected sliding_attention or full_attention".formatted(type));
      }
    }
    if (window == 0 && list.contains(SLIDING)) {
      throw config.failure("layer_types has sliding layers, but there is no sliding_window");
    }
    return new Windows(window, layer -> list.get(layer).equals(SLIDING));
  }

  /// The window of a layer, 0 for all.
  int of(int layer) {
    return slides.test(layer) ? window : 0;
  }
}
