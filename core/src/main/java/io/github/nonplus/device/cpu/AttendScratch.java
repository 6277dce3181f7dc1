package io.github.nonplus.device.cpu;

import io.github.nonplus.program.operand.View;
import java.util.Arrays;

/// What one worker needs for attention: a block of keys and values, and what its queries have
/// summed up so far.
///
/// Each query keeps the largest score so far, the sum of exponentials relative to it, and the sum
/// of values weighted by them. When a block brings a larger score, both sums are scaled down.
/// Blocks are counted from the window's first key, so nothing depends on where a window lies in its
/// batch, or on how queries are shared; a block of which a query sees nothing leaves its sums as
/// they are.
final class AttendScratch {
  /// Keys of a block.
  static final int KEYS = 256;

  /// For each token of the strip at hand, how many keys of the block are not after it; 0 or less if
  /// none.
  final int[] visible;

  /// For each token of the strip at hand, the first key of the block that it sees.
  final int[] first;

  /// How many keys of the block every token sees of those that are not after it; 0 or less if none.
  int kept;

  /// The rows of the tokens of the strip at hand; −1 for those that are not of the task.
  final int[] tokens;

  private final Kernels kernels;
  private final int keySize;
  private final int valueSize;
  private final int width;
  private final int slots;
  private final int slotLength;
  private final int[] positions;
  private final int[] hiddenBefore;
  private final float[] values;

  /// Room for a strip's queries, scores and products, and each slot's weighted values, which begin
  /// so many numbers behind [#begin].
  private final float[] room;

  private final int scoresAt;
  private final int productsAt;
  private final int weightedAt;
  private final float[] before;
  private final float[] factor;
  private final float[] shift;
  private final float[] sums;
  private final float[] max;
  private final float[] sum;

  private final float[] keyBiases = new float[KEYS];

  /// Where the first of them begins, and a line of the cache.
  private int begin;

  private AttendLaw law;
  private Frame frame;
  private float[] arena;
  private int firstKey;
  private int[] keyStrips = {};
  private int skipped;
  private int keys;
  private boolean isFirst;

  /// @param slots strips of queries of a task, over all its heads
  AttendScratch(int keySize, int valueSize, int slots, Kernels kernels) {
    this.kernels = kernels;
    this.keySize = keySize;
    this.valueSize = valueSize;
    this.width = kernels.stripWidth();
    this.slots = slots;
    this.slotLength = Panels.withRemainder(valueSize) * width;
    this.visible = new int[width];
    this.first = new int[width];
    this.tokens = new int[width];
    this.positions = new int[width];
    this.hiddenBefore = new int[width];
    this.values = new float[Panels.withRemainder(valueSize) * KEYS];
    this.scoresAt = keySize * width;
    this.productsAt = scoresAt + (KEYS + 2 * width) * width;
    this.weightedAt = productsAt + slotLength;
    int slotted = Math.multiplyExact(slots, slotLength);
    this.room = new float[Math.addExact(weightedAt + Alignment.SLACK, slotted)];
    this.before = new float[width];
    this.factor = new float[width];
    this.shift = new float[width];
    this.sums = new float[width];
    this.max = new float[slots * width];
    this.sum = new float[slots * width];
  }

  /// Whether it serves heads of these sizes and that many strips of queries.
  boolean fits(int keySize, int valueSize, int slots) {
    return this.keySize == keySize && this.valueSize == valueSize && this.slots >= slots;
  }

  /// Begins a task, for the whole of which everything stays where it then is.
  void begin() {
    begin = Alignment.of(room);
  }

  /// Room for the queries of a strip begins at [#queries].
  float[] room() {
    return room;
  }

  int queries() {
    return begin;
  }

  private int weighted(int slot) {
    return begin + weightedAt + slot * slotLength;
  }

  /// Makes `count` keys and values from key `first` of the window that begins in row `start` on the
  /// block at hand.
  ///
  /// @param isFirst whether it is the first of a task
  void block(
      AttendLaw law, Frame frame, int start, int first, int count, int keyHead, boolean isFirst) {
    int row = start + first;
    View key = law.attend().key();
    View value = law.attend().value();
    int firstStrip = row / width;
    int strips = frame.layout().count(row + count) - firstStrip;
    if (keyStrips.length < strips) {
      keyStrips = new int[strips];
    }
    for (int i = 0; i < strips; i++) {
      keyStrips[i] = frame.at(key, firstStrip + i, keyHead * keySize);
      int token = (firstStrip + i) * width;
      int from = Math.max(row, token);
      int length = Math.min(row + count, token + width) - from;
      int at = frame.at(value, firstStrip + i, keyHead * valueSize) + from - token;
      kernels
          .products()
          .pack(frame.arena(), at, width, valueSize, length, values, 0, KEYS, from - row);
    }
    this.law = law;
    this.frame = frame;
    this.arena = frame.arena();
    this.firstKey = first;
    this.skipped = row % width;
    this.keys = count;
    this.isFirst = isFirst;
    View bias = law.attend().keyBias();
    for (int k = 0; bias != null && k < count; k++) {
      keyBiases[k] = arena[frame.at(bias, (row + k) / width, keyHead) + (row + k) % width];
    }
  }

  /// Makes slot `slot` ready for the queries of a head.
  void begin(AttendLaw law, int slot, int head) {
    Arrays.fill(max, slot * width, (slot + 1) * width, law.firstMax(head));
    if (!law.isPlain()) {
      Arrays.fill(sum, slot * width, (slot + 1) * width, law.firstSum());
      Filling.fill(room, weighted(slot), slotLength, 0);
    }
  }

  /// Takes the block at hand into the sums of slot `slot`, whose queries lie at queryAt.
  void tile(int slot, int head, float[] queries, int queryAt) {
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
    for (int i = 0; i * width < skipped + seen; i++) {
      int out = begin + scoresAt + i * width * width;
      products.multiplyStrip(arena, keyStrips[i], queries, queryAt, keySize, room, out);
    }
    int at = begin + scoresAt + skipped * width;
    int hidden = Math.clamp(least, 0, seen);
    if (law.isPlain()) {
      plain(slot, at, hidden, seen);
    } else {
      lawful(slot, head, at, hidden, seen);
    }
  }

  /// Scores as they are, under a causal mask: every query of the task sees the first block.
  private void plain(int slot, int at, int hidden, int seen) {
    Products products = kernels.products();
    StripOperations strips = kernels.strips();
    float scale = law.scale();
    strips.hide(room, at, hidden, seen, visible);
    int slotAt = slot * width;
    System.arraycopy(max, slotAt, before, 0, width);
    strips.max(room, at, seen, max, slotAt);
    strips.exponentials(room, at, seen, max, slotAt, scale, sums);
    if (isFirst) {
      System.arraycopy(sums, 0, sum, slotAt, width);
      int out = weighted(slot);
      products.multiply(values, 0, KEYS, valueSize, room, at, seen, false, room, out);
      return;
    }
    for (int t = 0; t < width; t++) {
      factor[t] = Exponential.of((before[t] - max[slotAt + t]) * scale);
    }
    accumulate(slot, at, seen);
  }

  /// The same with whatever else a score can have. A query that has seen no key yet has no largest
  /// score; its exponentials are relative to 0, and are all 0.
  private void lawful(int slot, int head, int at, int hidden, int seen) {
    StripOperations strips = kernels.strips();
    float scale = law.scale();
    if (law.bendsScores()) {
      for (int t = 0; t < width; t++) {
        positions[t] = visible[t] - 1;
      }
      strips.scores(room, at, seen, law.scoreScale(), law.softCap(), law.slope(head), positions);
    }
    if (law.attend().keyBias() != null) {
      strips.addBias(room, at, seen, keyBiases, 0);
    }
    strips.hide(room, at, hidden, seen, visible);
    if (law.hidesFirst()) {
      int from = Math.clamp(kept, 0, seen);
      for (int t = 0; t < width; t++) {
        hiddenBefore[t] = first[t] - from;
      }
      strips.hideBefore(room, at + from * width, seen - from, hiddenBefore);
    }
    if (law.attend().chosen() != null) {
      int keyHead = head / law.attend().headsPerKey();
      ChosenKeys.hideOthers(
          law.attend(), frame, keyHead, tokens, visible, firstKey, room, at, seen);
    }
    int slotAt = slot * width;
    System.arraycopy(max, slotAt, before, 0, width);
    strips.max(room, at, seen, max, slotAt);
    for (int t = 0; t < width; t++) {
      float largest = max[slotAt + t];
      shift[t] = largest == Float.NEGATIVE_INFINITY ? 0 : largest;
      factor[t] = Exponential.of((before[t] - shift[t]) * scale);
    }
    strips.exponentials(room, at, seen, shift, 0, scale, sums);
    accumulate(slot, at, seen);
  }

  private void accumulate(int slot, int at, int seen) {
    int slotAt = slot * width;
    for (int t = 0; t < width; t++) {
      sum[slotAt + t] = sum[slotAt + t] * factor[t] + sums[t];
    }
    int out = begin + productsAt;
    kernels.products().multiply(values, 0, KEYS, valueSize, room, at, seen, false, room, out);
    kernels.strips().accumulate(room, weighted(slot), factor, room, out, valueSize);
  }

  /// Writes the weighted means of values of tokens `from` to `to` of slot `slot`.
  void end(int slot, int from, int to, float[] out, int outAt) {
    int at = weighted(slot);
    kernels.strips().divide(room, at, valueSize, sum, slot * width);
    if (to - from == width) {
      System.arraycopy(room, at, out, outAt, valueSize * width);
      return;
    }
    for (int d = 0; d < valueSize; d++) {
      System.arraycopy(room, at + d * width + from, out, outAt + d * width + from, to - from);
    }
  }
}
