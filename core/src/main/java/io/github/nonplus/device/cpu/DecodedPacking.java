package io.github.nonplus.device.cpu;

import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.Matrix;

/// Any format, by its own decoder.
final class DecodedPacking extends BlockPacking {
  @Override
  public boolean suits(Matrix matrix) {
    return true;
  }

  @Override
  public boolean isQuick(Matrix matrix) {
    return matrix.format() instanceof Dense;
  }

  @Override
  void decode(
      Matrix matrix, int from, int to, int k, int length, Unpacking unpacking, float[] block) {
    matrix.decode(from, to, k, length, block, 0, BLOCK);
  }
}
