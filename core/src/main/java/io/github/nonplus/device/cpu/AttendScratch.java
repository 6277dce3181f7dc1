package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Instruction.Attend;
import java.util.Arrays;

/// What one worker needs for attention: a block of keys and values, and what its queries have
/// summed up so far.
///
/// Each query keeps the largest score so far, the sum of exponentials relative to it, and the sum
/// of values weighted by them. When a block brings a larger score, both sums are scaled down.
/// Blocks are counted from the window's first key, so nothing depends on where a window lies in its
/// batch, or on how queries are shared.
final class AttendScratch {
  /// Keys of a block.
  static final int KEYS = 256;

  /// For each token of the strip at hand, how many keys of the block it may see; 0 or less if none.
  final int[] visible;

  /// Room for the queries of a strip.
  final float[] query;

  private final Kernels kernels;
  private final int headSize;
  private final int width;
  private final int slots;
  private final int slotLength;
  private final float[] values;
  private final float[] scores;
  private final float[] tile;
  private final float[] before;
  private final float[] factor;
  private final float[] sums;
  private final float[] max;
  private final float[] sum;
  private final float[] weighted;

  private float[] arena;
  private int[] keyStrips = {};
  private int skipped;
  private int keys;
  private float scale;
  private boolean isFirst;

  /// @param slots strips of queries of a task, over all its heads
  AttendScratch(int headSize, int slots, Kernels kernels) {
    this.kernels = kernels;
    this.headSize = headSize;
    this.width = kernels.stripWidth();
    this.slots = slots;
    this.slotLength = Panels.withRemainder(headSize) * width;
    this.visible = new int[width];
    this.query = new float[headSize * width];
    this.values = new float[Panels.withRemainder(headSize) * KEYS];
    this.scores = new float[(KEYS + 2 * width) * width];
    this.tile = new float[slotLength];
    this.before = new float[width];
    this.factor = new float[width];
    this.sums = new float[width];
    this.max = new float[slots * width];
    this.sum = new float[slots * width];
    this.weighted = new float[Math.multiplyExact(slots, slotLength)];
  }

  /// Whether it serves heads of that size and that many strips of queries.
  boolean fits(int headSize, int slots) {
    return this.headSize == headSize && this.slots >= slots;
  }

  /// Makes `count` keys and values from token row `row` on the block at hand.
  ///
  /// @param isFirst whether it is the window's first block
  void block(Attend attend, Frame frame, int row, int count, int keyHead, boolean isFirst) {
    int firstStrip = row / width;
    int strips = frame.layout().count(row + count) - firstStrip;
    if (keyStrips.length < strips) {
      keyStrips = new int[strips];
    }
    for (int i = 0; i < strips; i++) {
      keyStrips[i] = frame.at(attend.key(), firstStrip + i, keyHead * headSize);
      int token = (firstStrip + i) * width;
      int from = Math.max(row, token);
      int length = Math.min(row + count, token + width) - from;
      int at = frame.at(attend.value(), firstStrip + i, keyHead * headSize) + from - token;
      kernels
          .products()
          .pack(frame.arena(), at, width, headSize, length, values, 0, KEYS, from - row);
    }
    this.arena = frame.arena();
    this.skipped = row % width;
    this.keys = count;
    this.scale = (float) attend.scale();
    this.isFirst = isFirst;
    if (isFirst) {
      Arrays.fill(max, Float.NEGATIVE_INFINITY);
    }
  }

  /// Takes the block at hand into the sums of slot `slot`, whose queries lie at queryAt.
  void tile(int slot, float[] queries, int queryAt) {
    int least = keys;
    int most = 0;
    for (int count : visible) {
      least = Math.min(least, count);
      most = Math.max(most, count);
    }
    int seen = Math.min(keys, most);
    if (seen <= 0) {
      return;
    }
    Products products = kernels.products();
    StripOperations strips = kernels.strips();
    for (int i = 0; i * width < skipped + seen; i++) {
      int out = i * width * width;
      products.multiplyStrip(arena, keyStrips[i], queries, queryAt, headSize, scores, out);
    }
    int at = skipped * width;
    int hidden = Math.clamp(least, 0, seen);
    strips.hide(scores, at, hidden, seen, visible);
    int slotAt = slot * width;
    System.arraycopy(max, slotAt, before, 0, width);
    strips.max(scores, at, seen, max, slotAt);
    strips.exponentials(scores, at, seen, max, slotAt, scale, sums);
    if (isFirst) {
      System.arraycopy(sums, 0, sum, slotAt, width);
      products.multiply(values, KEYS, headSize, scores, at, 0, seen, weighted, slot * slotLength);
      return;
    }
    for (int t = 0; t < width; t++) {
      factor[t] = Exponential.of((before[t] - max[slotAt + t]) * scale);
      sum[slotAt + t] = sum[slotAt + t] * factor[t] + sums[t];
    }
    products.multiply(values, KEYS, headSize, scores, at, 0, seen, tile, 0);
    strips.accumulate(weighted, slot * slotLength, factor, tile, 0, headSize);
  }

  /// Writes the weighted means of values of tokens `from` to `to` of slot `slot`.
  void end(int slot, int from, int to, float[] out, int outAt) {
    int at = slot * slotLength;
    kernels.strips().divide(weighted, at, headSize, sum, slot * width);
    if (to - from == width) {
      System.arraycopy(weighted, at, out, outAt, headSize * width);
      return;
    }
    for (int d = 0; d < headSize; d++) {
      System.arraycopy(weighted, at + d * width + from, out, outAt + d * width + from, to - from);
    }
  }
}
