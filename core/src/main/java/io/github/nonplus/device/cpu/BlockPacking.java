package io.github.nonplus.device.cpu;

import io.github.nonplus.weights.Matrix;

/// By way of a block of decoded weights no larger than the first-level cache.
abstract class BlockPacking implements Packing {
  /// Inputs of a tile's outputs that are decoded before they are packed.
  static final int BLOCK = 768;

  private float[] block = {};

  @Override
  public void pack(
      Matrix matrix,
      int from,
      int to,
      int k,
      int inputs,
      Kernels kernels,
      float[] tiles,
      int tilesAt) {
    Products products = kernels.products();
    int width = products.tileOutputs();
    if (block.length < width * BLOCK) {
      block = new float[width * BLOCK];
    }
    for (int n = from; n < to; n += width) {
      int together = Math.min(width, to - n);
      int tileAt = tilesAt + (n - from) * inputs;
      for (int i = 0; i < inputs; i += BLOCK) {
        int length = Math.min(BLOCK, inputs - i);
        decode(matrix, n, n + together, k + i, length, kernels.unpacking(), block);
        products.pack(block, 0, BLOCK, together, length, tiles, tileAt, inputs, i);
      }
    }
  }

  /// Writes inputs `k` to `k + length` of outputs `from` to `to`, an output every [#BLOCK].
  abstract void decode(
      Matrix matrix, int from, int to, int k, int length, Unpacking unpacking, float[] block);
}
