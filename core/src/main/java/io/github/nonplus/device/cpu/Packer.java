package io.github.nonplus.device.cpu;

import io.github.nonplus.weights.DenseMatrix;
import io.github.nonplus.weights.GroupQuantizedMatrix;
import io.github.nonplus.weights.Matrix;

/// Decodes outputs of a stored matrix to float32 and packs them in [Tiles]; what lies between is no
/// larger than the first-level cache.
final class Packer {
  /// Inputs of a tile's outputs that are decoded before they are packed.
  private static final int BLOCK = 768;

  private final short[] halves = new short[BLOCK];
  private float[] block = {};
  private int[] words = {};
  private float[] scales = {};

  /// Packs outputs `from` to `to`, at most [Panels#WIDEST].
  ///
  /// @param tilesAt where the first tile begins
  void pack(Matrix matrix, int from, int to, Kernels kernels, float[] tiles, int tilesAt) {
    switch (matrix) {
      case DenseMatrix dense -> pack(dense, from, to, kernels, tiles, tilesAt);
      case GroupQuantizedMatrix quantized -> pack(quantized, from, to, kernels, tiles, tilesAt);
    }
  }

  private void pack(
      DenseMatrix matrix, int from, int to, Kernels kernels, float[] tiles, int tilesAt) {
    Products products = kernels.products();
    int depth = matrix.columns();
    int width = products.tileOutputs();
    if (block.length < width * BLOCK) {
      block = new float[width * BLOCK];
    }
    for (int n = from; n < to; n += width) {
      int together = Math.min(width, to - n);
      int tileAt = tilesAt + (n - from) * depth;
      for (int k = 0; k < depth; k += BLOCK) {
        int length = Math.min(BLOCK, depth - k);
        for (int i = 0; i < together; i++) {
          decode(matrix, n + i, k, length, kernels.unpacking(), i * BLOCK);
        }
        products.pack(block, 0, BLOCK, together, length, tiles, tileAt, depth, k);
      }
    }
  }

  private void decode(DenseMatrix matrix, int row, int k, int length, Unpacking unpacking, int at) {
    if (matrix.type().bytes() == Short.BYTES) {
      matrix.halves(row, k, length, halves);
      unpacking.widen(matrix.type(), halves, length, block, at);
    } else {
      matrix.decode(row, k, length, block, at);
    }
  }

  private void pack(
      GroupQuantizedMatrix matrix, int from, int to, Kernels kernels, float[] tiles, int tilesAt) {
    int depth = matrix.columns();
    int count = to - from;
    int groups = Math.multiplyExact(matrix.scheme().groups(depth), count);
    int codes = Math.multiplyExact(groups, matrix.scheme().wordsPerGroup());
    if (scales.length < groups + Unpacking.SLACK) {
      scales = new float[groups + Unpacking.SLACK];
    }
    if (words.length < codes + Unpacking.SLACK) {
      words = new int[codes + Unpacking.SLACK];
    }
    matrix.words(from, to, words, count);
    matrix.scales(from, to, scales, count);
    int width = kernels.products().tileOutputs();
    for (int n = 0; n < count; n += width) {
      kernels
          .unpacking()
          .unpack(
              matrix.scheme(), depth, width, words, scales, n, count, tiles, tilesAt + n * depth);
    }
  }
}
