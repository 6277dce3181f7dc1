package io.github.nonplus.device.cpu;

import io.github.nonplus.weights.Matrix;

/// A way from a stored matrix to panels that is faster than the format's own decoder: the same
/// bits, for some formats.
interface Packing {
  /// Whether it is one for that matrix.
  boolean suits(Matrix matrix);

  /// Packs outputs `from` to `to`, at most [Panels#WIDEST], in [Tiles].
  ///
  /// @param tilesAt where the first tile begins
  void pack(Matrix matrix, int from, int to, Kernels kernels, float[] tiles, int tilesAt);
}
