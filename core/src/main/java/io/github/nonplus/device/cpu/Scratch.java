package io.github.nonplus.device.cpu;

/// What one worker needs beside the arena. Allocated once, as large as the largest operation needs.
final class Scratch {
  /// Rows of activations that go through a panel together, so that their products stay in cache:
  /// whole tiles of every kernel.
  static final int TILE_ROWS = 40;

  /// Inputs whose products are summed at a stretch, so that a strip of weights stays near the
  /// first-level cache.
  private static final int BLOCK = 768;

  /// Weights of one panel, packed.
  final float[] panel;

  /// Products of one tile of rows with one panel: [#TILE_ROWS] by [Panels#WIDTH].
  final float[] tile = new float[TILE_ROWS * Panels.WIDTH];

  final Packer packer = new Packer();

  /// @param depth the most inputs of any product
  Scratch(int depth) {
    panel = new float[Math.multiplyExact(depth, Panels.WIDTH)];
  }

  /// Writes into `tile` the products of some packed rows, at most [#TILE_ROWS], with the panel's
  /// first `width` outputs.
  void multiply(Kernels kernels, float[] x, int xAt, int rows, int depth, int width) {
    int padded = Strips.padded(width, kernels.stripWidth());
    for (int from = 0; from < depth; from += BLOCK) {
      int to = Math.min(depth, from + BLOCK);
      kernels
          .products()
          .multiplyTiles(x, xAt, rows, panel, depth, from, to, padded, tile, 0, Panels.WIDTH);
    }
  }
}
