package io.github.nonplus.device.cpu;

import io.github.nonplus.weights.DenseMatrix;
import io.github.nonplus.weights.GroupQuantizedMatrix;
import io.github.nonplus.weights.Matrix;

/// Decodes outputs of a stored matrix straight into strips; what lies between is no larger than the
/// first-level cache.
final class Packer {
  /// Inputs that are decoded before they are packed.
  private static final int BLOCK = 128;

  private final float[] block = new float[Panels.WIDTH * BLOCK];
  private int[] words = {};
  private float[] scales = {};

  /// Packs outputs `from` to `to`, at most [Panels#WIDTH].
  void pack(Matrix matrix, int from, int to, Kernels kernels, float[] strips) {
    switch (matrix) {
      case DenseMatrix dense -> pack(dense, from, to, kernels.stripWidth(), strips);
      case GroupQuantizedMatrix quantized -> pack(quantized, from, to, kernels, strips);
    }
  }

  private void pack(DenseMatrix matrix, int from, int to, int strip, float[] strips) {
    int depth = matrix.columns();
    for (int k = 0; k < depth; k += BLOCK) {
      int length = Math.min(BLOCK, depth - k);
      for (int n = from; n < to; n++) {
        matrix.decode(n, k, length, block, (n - from) * BLOCK);
      }
      Strips.transpose(block, 0, BLOCK, to - from, length, strip, strips, depth, k, 0);
    }
  }

  private void pack(
      GroupQuantizedMatrix matrix, int from, int to, Kernels kernels, float[] strips) {
    int groups = matrix.scheme().groups(matrix.columns());
    int needed = groups * Panels.WIDTH;
    if (scales.length < needed) {
      scales = new float[needed];
      words = new int[Math.multiplyExact(needed, matrix.scheme().wordsPerGroup())];
    }
    matrix.words(from, to, words, Panels.WIDTH);
    matrix.scales(from, to, scales, Panels.WIDTH);
    kernels
        .unpacking()
        .unpack(matrix.scheme(), to - from, matrix.columns(), words, scales, Panels.WIDTH, strips);
  }
}
