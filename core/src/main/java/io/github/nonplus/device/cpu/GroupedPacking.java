package io.github.nonplus.device.cpu;

import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Grouped;
import io.github.nonplus.weights.Groups;
import io.github.nonplus.weights.Matrix;

/// Whole numbers under scales: the kernels put them together, many at a time.
final class GroupedPacking extends BlockPacking {
  private Format format;
  private Grouped grouped;
  private Groups groups;

  @Override
  public boolean suits(Matrix matrix) {
    return !matrix.transposed()
        && matrix.format().grouped().filter(each -> BLOCK % each.grain() == 0).isPresent();
  }

  @Override
  public int grain(Matrix matrix) {
    return matrix.format().grouped().orElseThrow().grain();
  }

  @Override
  void decode(
      Matrix matrix, int from, int to, int k, int length, Unpacking unpacking, float[] block) {
    if (!matrix.format().equals(format)) {
      format = matrix.format();
      grouped = format.grouped().orElseThrow();
      groups = grouped.groups();
    }
    for (int n = from; n < to; n++) {
      int row = matrix.order().row(n);
      grouped.split(matrix.planes(), row, matrix.firstColumn() + k, length, groups);
      unpacking.compose(groups, length, block, (n - from) * BLOCK);
    }
  }
}
