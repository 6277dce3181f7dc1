package io.github.nonplus.weights.ggml;

import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Snippet;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Rows of whole blocks, one behind the other: each block has as many weights in as many bytes.
public interface BlockFormat extends Format {
  /// Weights of a block.
  int weights();

  /// Bytes of a block.
  int bytes();

  /// Writes the weights of the block that begins at byte `at`.
  void decode(byte[] data, int at, float[] target, int offset);

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
  default void decode(Planes planes, int row, int column, int count, float[] target, int offset) {
    if (count == 0) {
      return;
    }
    int first = column / weights();
    int blocks = Math.ceilDiv(column + count, weights()) - first;
    long at = ((long) row * (planes.columns() / weights()) + first) * bytes();
    byte[] data = new byte[blocks * bytes()];
    MemorySegment.copy(planes.data().getFirst(), ValueLayout.JAVA_BYTE, at, data, 0, data.length);
    float[] partial = null;
    for (int block = 0; block < blocks; block++) {
      int begin = (first + block) * weights() - column;
      if (begin >= 0 && begin + weights() <= count) {
        decode(data, block * bytes(), target, offset + begin);
        continue;
      }
      partial = partial == null ? new float[weights()] : partial;
      decode(data, block * bytes(), partial, 0);
      int from = Math.max(0, begin);
      int to = Math.min(count, begin + weights());
      System.arraycopy(partial, from - begin, target, offset + from, to - from);
    }
  }
}
