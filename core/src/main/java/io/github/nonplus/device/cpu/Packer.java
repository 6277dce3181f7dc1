package io.github.nonplus.device.cpu;

import io.github.nonplus.weights.Matrix;
import java.util.List;

/// Decodes outputs of a stored matrix to float32 and packs them in [Tiles]; what lies between is no
/// larger than the first-level cache.
final class Packer {
  /// The first that suits a matrix; the last suits all.
  private final List<Packing> packings =
      List.of(new HalvesPacking(), new GroupPacking(), new DecodedPacking());

  /// Packs outputs `from` to `to`, at most [Panels#WIDEST].
  ///
  /// @param tilesAt where the first tile begins
  void pack(Matrix matrix, int from, int to, Kernels kernels, float[] tiles, int tilesAt) {
    for (Packing packing : packings) {
      if (packing.suits(matrix)) {
        packing.pack(matrix, from, to, kernels, tiles, tilesAt);
        return;
      }
    }
  }
}
