package io.github.nonplus.device.cpu;

import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.Matrix;

/// Numbers of 16 bits, which the kernels widen. A tile's rows, which lie far apart, are all copied
/// first: so the memory brings them together instead of one after another.
final class HalvesPacking extends BlockPacking {
  private final short[][] halves = new short[Panels.TILE][BLOCK];

  @Override
  public boolean suits(Matrix matrix) {
    return matrix.format() instanceof Dense dense
        && dense.type().bytes() == Short.BYTES
        && !matrix.transposed();
  }

  @Override
  void decode(
      Matrix matrix, int from, int to, int k, int length, Unpacking unpacking, float[] block) {
    Dense dense = (Dense) matrix.format();
    for (int n = from; n < to; n++) {
      long row = (long) matrix.order().row(n) * matrix.planes().columns();
      matrix.planes().halves(0, row + matrix.firstColumn() + k, length, halves[n - from], 0);
    }
    for (int n = 0; n < to - from; n++) {
      unpacking.widen(dense.type(), halves[n], length, block, n * BLOCK);
    }
  }
}
