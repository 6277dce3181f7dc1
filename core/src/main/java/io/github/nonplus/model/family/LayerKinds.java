package io.github.nonplus.model.family;

import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.program.op.Mask;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/// Which layers see a sliding window only.
///
/// @param window tokens of it; 0 where no layer slides
/// @param sliding by layer
record LayerKinds(int window, List<Boolean> sliding) {
  private static final String SLIDING = "sliding_attention";
  private static final String FULL = "full_attention";

  LayerKinds {
    sliding = List.copyOf(sliding);
  }

  /// No layer slides.
  static LayerKinds none(int layers) {
    return new LayerKinds(0, Collections.nCopies(layers, false));
  }

  /// Reads `sliding_window`, and `layer_types` if it is there.
  ///
  /// @param absentWindow what an absent `sliding_window` means; null means none
  /// @param otherwise which layers slide where there is no list
  static LayerKinds read(
      ConfigReader config, int layers, int absentWindow, IntPredicate otherwise) {
    int window =
        config.json().has("sliding_window") ? config.intOr("sliding_window", 0, 0) : absentWindow;
    return read(config, layers, otherwise, window);
  }

  /// The same with a window that was read elsewhere.
  static LayerKinds read(ConfigReader config, int layers, IntPredicate otherwise, int window) {
    Optional<List<String>> types = config.findStrings("layer_types");
    if (types.isPresent() && types.get().size() != layers) {
      throw config.failure(
          "layer_types has %d entries for %d layers".formatted(types.get().size(), layers));
    }
    types
        .flatMap(
            list -> list.stream().filter(t -> !t.equals(SLIDING) && !t.equals(FULL)).findFirst())
        .ifPresent(
            type -> {
              throw config.failure(
                  "layer_types has '%s', expected %s or %s".formatted(type, SLIDING, FULL));
            });
    List<Boolean> sliding =
        java.util.stream.IntStream.range(0, layers)
            .mapToObj(
                layer ->
                    types
                        .map(list -> list.get(layer).equals(SLIDING))
                        .orElseGet(() -> window > 0 && otherwise.test(layer)))
            .toList();
    if (window == 0 && sliding.contains(true)) {
      throw config.failure("layer_types has sliding layers, but there is no sliding_window");
    }
    return new LayerKinds(window, sliding);
  }

  boolean slides(int layer) {
    return sliding.get(layer);
  }

  Mask mask(int layer) {
    return slides(layer) ? new Mask.Sliding(window) : Mask.CAUSAL;
  }
}
