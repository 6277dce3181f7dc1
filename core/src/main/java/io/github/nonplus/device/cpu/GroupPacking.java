package io.github.nonplus.device.cpu;

import io.github.nonplus.quantization.GroupFormat;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.Planes;

/// Packed groups of codes: the kernels unpack a tile at a time.
final class GroupPacking implements Packing {
  private int[] words = {};
  private float[] scales = {};

  @Override
  public boolean suits(Matrix matrix) {
    return matrix.format() instanceof GroupFormat
        && !matrix.transposed()
        && matrix.order().isRange()
        && matrix.columns() == matrix.planes().columns();
  }

  @Override
  public int grain(Matrix matrix) {
    return ((GroupFormat) matrix.format()).scheme().groupSize();
  }

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
    GroupFormat format = (GroupFormat) matrix.format();
    Planes planes = matrix.planes();
    int count = to - from;
    int firstGroup = k / format.scheme().groupSize();
    int lastGroup = firstGroup + format.scheme().groups(inputs);
    int groups = Math.multiplyExact(lastGroup - firstGroup, count);
    int codes = Math.multiplyExact(format.words(inputs), count);
    if (scales.length < groups + Unpacking.SLACK) {
      scales = new float[groups + Unpacking.SLACK];
    }
    if (words.length < codes + Unpacking.SLACK) {
      words = new int[codes + Unpacking.SLACK];
    }
    int first = matrix.order().row(from);
    format.words(planes, first, first + count, firstGroup, lastGroup, words, count);
    format.scales(planes, first, first + count, firstGroup, lastGroup, scales, count);
    int width = kernels.products().tileOutputs();
    for (int n = 0; n < count; n += width) {
      int tileAt = tilesAt + n * inputs;
      kernels
          .unpacking()
          .unpack(format.scheme(), inputs, width, words, scales, n, count, tiles, tileAt);
    }
  }
}
