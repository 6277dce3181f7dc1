package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Grouped;
import io.github.nonplus.weights.Groups;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Snippet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Rows of whole blocks, one behind the other: each block has as many weights in as many bytes, and
/// they are whole numbers under the scales of its groups.
public interface BlockFormat extends Format, Grouped {
  /// Weights of a block.
  int weights();

  /// Bytes of a block.
  int bytes();

  /// Splits the block that begins at byte `at`: its numbers go to number `n` and those behind it,
  /// scales and offsets to where those of the number `n` are. Of `data` a few bytes behind the
  /// block may be read.
  void split(byte[] data, int at, Groups groups, int n);

  @Override
  default Optional<Grouped> grouped() {
    return Optional.of(this);
  }

  @Override
  default int grain() {
    return weights();
  }

  @Override
  default Snippet snippet() {
    return new Snippet(name().toLowerCase(Locale.ROOT), 1, Map.of());
  }

  @Override
  default List<Long> planeBytes(int rows, int columns) {
    if (columns % weights() != 0) {
      throw new IllegalArgumentException(
          "rows of %d weights are no whole blocks of %d".formatted(columns, weights()));
    }
    return List.of(Math.multiplyExact((long) rows * (columns / weights()), bytes()));
  }

  @Override
  default void split(Planes planes, int row, int column, int count, Groups groups) {
    int blocks = count / weights();
    long at = ((long) row * planes.columns() + column) / weights() * bytes();
    byte[] data = groups.stored(planes, 0, at, blocks * bytes());
    groups.reserve(count);
    for (int block = 0; block < blocks; block++) {
      split(data, block * bytes(), groups, block * weights());
    }
  }

  @Override
  default void decode(Planes planes, int row, int column, int count, float[] target, int offset) {
    Groups groups = groups();
    int first = column / weights() * weights();
    int end = Math.ceilDiv(column + count, weights()) * weights();
    split(planes, row, first, end - first, groups);
    groups.compose(column - first, count, target, offset);
  }

  /// Looks at scales and offsets alone, unless one is so large that a weight might not be finite.
  @Override
  default int firstNonFinite(Planes planes, int row) {
    Groups groups = groups();
    split(planes, row, 0, planes.columns(), groups);
    return groups.areFinite(planes.columns()) ? -1 : Format.super.firstNonFinite(planes, row);
  }
}
