package io.github.nonplus.model.family;

import io.github.nonplus.weights.Source;

/// Kernels of convolutions as checkpoints store them: [columns, 1, taps], several layers' columns
/// in one tensor or each in its own.
final class Convolutions {
  private Convolutions() {}

  /// A layer's own kernel, and its bias.
  ///
  /// @param tensor its name without its ending
  static void whole(LlamaLike like, String tensor, int columns, int taps) {
    like.source(tensor + ".weight", Source.stored(tensor + ".weight", columns, 1, taps));
  }

  /// Takes the columns of several layers apart.
  ///
  /// @param tensor the stored name without its ending
  /// @param parts the names of the layers' own, without their endings
  /// @param widths columns of each
  static void apart(
      LlamaLike like, String tensor, int taps, boolean bias, String[] parts, int... widths) {
    int columns = 0;
    for (int width : widths) {
      columns = Math.addExact(columns, width);
    }
    Source kernels = Source.stored(tensor + ".weight", columns, 1, taps);
    int from = 0;
    for (int i = 0; i < parts.length; i++) {
      int to = from + widths[i];
      like.source(parts[i] + ".weight", kernels.rows(from, to));
      if (bias) {
        Source biases = Source.stored(tensor + ".bias", columns);
        like.source(parts[i] + ".bias", biases.rows(from, to));
      }
      from = to;
    }
  }
}
