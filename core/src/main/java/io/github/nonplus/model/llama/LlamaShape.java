package io.github.nonplus.model.llama;

import java.util.Optional;

/// The sizes of a Llama.
///
/// @param hidden width of the residual stream
/// @param intermediate width of the feed-forward layer
/// @param heads query heads of `headSize` elements each
/// @param keyHeads key and value heads; `heads / keyHeads` queries share one
public record LlamaShape(
    int hidden,
    int intermediate,
    int layers,
    int heads,
    int keyHeads,
    int headSize,
    int vocabulary) {
  /// More than any published model has, and little enough that no product of two overflows.
  private static final int LARGEST = 1 << 24;

  /// What makes the sizes impossible, as part of a sentence.
  Optional<String> problem() {
    for (int size :
        new int[] {hidden, intermediate, layers, heads, keyHeads, headSize, vocabulary}) {
      if (size > LARGEST) {
        return Optional.of(
            "a size of %d is beyond any model (at most %d)".formatted(size, LARGEST));
      }
    }
    if ((long) heads * headSize > LARGEST || layers > 10_000) {
      return Optional.of(
          "%d layers of %d heads of %d are beyond any model".formatted(layers, heads, headSize));
    }
    if (heads % keyHeads != 0) {
      return Optional.of(
          "num_attention_heads %d is no multiple of num_key_value_heads %d"
              .formatted(heads, keyHeads));
    }
    if (headSize % 2 != 0) {
      return Optional.of("head_dim %d is odd, but elements turn in pairs".formatted(headSize));
    }
    return Optional.empty();
  }

  /// Width of all queries.
  int queryWidth() {
    return heads * headSize;
  }

  /// Width of all keys, and of all values.
  int keyWidth() {
    return keyHeads * headSize;
  }
}
