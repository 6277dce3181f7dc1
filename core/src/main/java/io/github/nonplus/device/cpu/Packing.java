package io.github.nonplus.device.cpu;

import io.github.nonplus.weights.Matrix;

/// A way from a stored matrix to panels that is faster than the format's own decoder: the same
/// bits, for some formats.
interface Packing {
  /// Whether it is one for that matrix.
  boolean suits(Matrix matrix);

  /// Whether it takes so little time that each worker can pack all panels for tokens of its own.
  default boolean isQuick(Matrix matrix) {
    return true;
  }

  /// Inputs of which a stretch consists, but for the last one.
  default int grain(Matrix matrix) {
    return 1;
  }

  /// Packs inputs `k` to `k + inputs` of outputs `from` to `to` in [Tiles] of that depth.
  ///
  /// @param k a multiple of the grain
  /// @param tilesAt where the first tile begins
  void pack(
      Matrix matrix,
      int from,
      int to,
      int k,
      int inputs,
      Kernels kernels,
      float[] tiles,
      int tilesAt);
}
