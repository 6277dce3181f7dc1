package io.github.nonplus.device.cpu;

import java.util.Arrays;

/// What one worker needs for attention: a block of keys and values, packed, and what its queries
/// have summed up so far.
///
/// Each query keeps the largest score so far, the sum of exponentials relative to it, and the sum
/// of values weighted by them. When a block brings a larger score, both sums are scaled down.
/// Blocks are counted from the window's first key, so nothing depends on how queries are cut into
/// tiles.
final class AttendScratch {
  /// Keys of a block.
  static final int KEYS = 256;

  /// Queries of a tile.
  static final int ROWS = 40;

  /// How many keys of the block each query of the tile may see; 0 or less if none.
  final int[] visible = new int[ROWS];

  private final int headSize;
  private final int width;
  private final float[] keys;
  private final float[] values;
  private final float[] queries;
  private final float[] scores = new float[ROWS * KEYS];
  private final float[] tile;
  private final float[] max;
  private final float[] sum;
  private final float[] weighted;

  /// @param queries of a task, over all its heads
  AttendScratch(int headSize, int queries) {
    this.headSize = headSize;
    this.width = Strips.padded(headSize, Panels.WIDTH);
    this.keys = new float[KEYS * headSize];
    this.values = new float[KEYS * width];
    this.queries = new float[ROWS * headSize];
    this.tile = new float[ROWS * width];
    this.max = new float[queries];
    this.sum = new float[queries];
    this.weighted = new float[Math.multiplyExact(queries, width)];
  }

  /// Whether it serves heads of that size and that many queries.
  boolean fits(int headSize, int queries) {
    return this.headSize == headSize && max.length >= queries;
  }

  /// Forgets the sums of the first `count` queries.
  void begin(int count) {
    Arrays.fill(max, 0, count, Float.NEGATIVE_INFINITY);
    Arrays.fill(sum, 0, count, 0);
    Arrays.fill(weighted, 0, count * width, 0);
  }

  /// Makes `count` keys and values the block at hand.
  void pack(
      Kernels kernels,
      float[] from,
      int key,
      int keyStride,
      int value,
      int valueStride,
      int count) {
    int strip = kernels.stripWidth();
    Strips.transpose(from, key, keyStride, count, headSize, strip, keys, headSize, 0, 0);
    Strips.copy(from, value, valueStride, headSize, count, strip, values, KEYS);
  }

  /// Sets query `r` of the tile.
  void query(int r, float[] from, int at) {
    System.arraycopy(from, at, queries, r * headSize, headSize);
  }

  /// Takes the block at hand into the sums of the tile's queries, which are number `first`… of the
  /// task. Their `visible` ascends.
  void tile(Kernels kernels, int first, int rows, float scale) {
    int seen = Math.min(KEYS, visible[rows - 1]);
    if (seen <= 0) {
      return;
    }
    int strip = kernels.stripWidth();
    int padded = Strips.padded(seen, strip);
    Products products = kernels.products();
    products.multiply(
        queries, 0, headSize, rows, keys, headSize, 0, headSize, padded, scores, 0, KEYS);
    for (int r = 0; r < rows; r++) {
      weigh(kernels.rows(), r, first + r, seen, scale);
    }
    products.multiply(
        scores,
        0,
        KEYS,
        rows,
        values,
        KEYS,
        0,
        seen,
        Strips.padded(headSize, strip),
        tile,
        0,
        width);
    for (int r = 0; r < rows; r++) {
      int at = (first + r) * width;
      kernels.rows().add(weighted, at, tile, r * width, weighted, at, headSize);
    }
  }

  /// Turns the scores of row `r` into weights, 0 for keys that it may not see.
  private void weigh(RowOperations operations, int r, int query, int seen, float scale) {
    int count = Math.clamp(visible[r], 0, seen);
    int padded = Strips.padded(count, Kernels.LANES);
    int at = r * KEYS;
    if (count > 0) {
      Arrays.fill(scores, at + count, at + padded, Float.NEGATIVE_INFINITY);
      float larger = Math.max(max[query], operations.max(scores, at, padded));
      if (larger > max[query] && sum[query] > 0) {
        float factor = Exponential.of((max[query] - larger) * scale);
        sum[query] *= factor;
        for (int d = 0; d < headSize; d++) {
          weighted[query * width + d] *= factor;
        }
      }
      max[query] = larger;
      sum[query] += operations.exponentials(scores, at, padded, larger, scale);
    }
    if (padded < seen) {
      Arrays.fill(scores, at + padded, at + seen, 0);
    }
  }

  /// Writes the weighted mean of a query's values.
  void end(Kernels kernels, int query, float[] out, int at) {
    kernels.rows().divide(weighted, query * width, sum[query], out, at, headSize);
  }
}
