package io.github.nonplus.reference.bitsandbytes;

import java.util.Arrays;

/// The float32 mean of a list as PyTorch takes it on an x86 processor, one thread: the last bit
/// depends on the order of the additions, and bitsandbytes stores that mean.
///
/// The order: vectors of eight values, four columns of them, rows added in a cascade of four
/// levels. From about 32,768 values on PyTorch splits a sum among threads, so that its own result
/// depends on their number; this is that of one.
final class TorchSum {
  private static final int LANES = 8;
  private static final int COLUMNS = 4;
  private static final int LEVELS = 4;

  private TorchSum() {}

  static float mean(float[] values) {
    return sum(values) / values.length;
  }

  private static float sum(float[] values) {
    if (values.length < LANES) {
      return few(values);
    }
    int vectors = values.length / LANES;
    float[] lanes = lanes(values, vectors);
    float sum = 0;
    for (int i = vectors * LANES; i < values.length; i++) {
      sum += values[i];
    }
    for (float lane : lanes) {
      sum += lane;
    }
    return sum;
  }

  /// Columns of single values instead of vectors.
  private static float few(float[] values) {
    float[] columns = new float[COLUMNS];
    int whole = values.length / COLUMNS * COLUMNS;
    for (int i = 0; i < values.length; i++) {
      columns[i < whole ? i % COLUMNS : 0] += values[i];
    }
    return columns[0] + columns[1] + columns[2] + columns[3];
  }

  private static float[] lanes(float[] values, int vectors) {
    int width = COLUMNS * LANES;
    int rows = vectors / COLUMNS;
    int power = Math.max(4, ceilLog2(rows) / LEVELS);
    float[][] levels = new float[LEVELS][width];
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < width; i++) {
        levels[0][i] += values[row * width + i];
      }
      int done = row + 1;
      for (int level = 1; level < LEVELS && done % (1L << power * level) == 0; level++) {
        add(levels[level - 1], levels[level]);
        Arrays.fill(levels[level - 1], 0);
      }
    }
    for (int level = 1; level < LEVELS; level++) {
      add(levels[level], levels[0]);
    }
    float[] result = Arrays.copyOf(levels[0], LANES);
    for (int i = rows * width; i < vectors * LANES; i++) {
      result[i % LANES] += values[i];
    }
    for (int column = 1; column < COLUMNS; column++) {
      for (int i = 0; i < LANES; i++) {
        result[i] += levels[0][column * LANES + i];
      }
    }
    return result;
  }

  private static void add(float[] from, float[] to) {
    for (int i = 0; i < to.length; i++) {
      to[i] += from[i];
    }
  }

  private static int ceilLog2(int value) {
    return value <= 1 ? 0 : Integer.SIZE - Integer.numberOfLeadingZeros(value - 1);
  }
}
