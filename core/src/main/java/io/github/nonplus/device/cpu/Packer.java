package io.github.nonplus.device.cpu;

import io.github.nonplus.weights.Matrix;
import java.util.List;

/// Decodes outputs of a stored matrix to float32 and packs them in [Tiles]; what lies between is no
/// larger than the first-level cache.
final class Packer {
  /// The first that suits a matrix; the last suits all.
  private final List<Packing> packings =
      List.of(
          new HalvesPacking(),
          new GroupPacking(),
          new GroupedPacking(),
          new TransposedPacking(),
          new DecodedPacking());

  /// [Packing#grain].
  int grain(Matrix matrix) {
    return packing(matrix).grain(matrix);
  }

  /// [Packing#isQuick].
  boolean isQuick(Matrix matrix) {
    return packing(matrix).isQuick(matrix);
  }

  /// [Packing#pack].
  void pack(
      Matrix matrix,
      int from,
      int to,
      int k,
      int inputs,
      Kernels kernels,
      float[] tiles,
      int tilesAt) {
    packing(matrix).pack(matrix, from, to, k, inputs, kernels, tiles, tilesAt);
  }

  private Packing packing(Matrix matrix) {
    return packings.stream().filter(packing -> packing.suits(matrix)).findFirst().orElseThrow();
  }
}
