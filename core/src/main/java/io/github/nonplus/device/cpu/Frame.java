package io.github.nonplus.device.cpu;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Routed;
import io.github.nonplus.program.MemoryPlan;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The memory of the batch at hand: one arena that holds every buffer where the plan says, in
/// [Strips], each column of which begins with a line of the cache.
final class Frame {
  private final MemoryPlan plan;
  private final Strips layout;
  private final float[] arena;
  private final int capacity;
  private final int[] window;
  private final List<Routed> routed = new ArrayList<>();
  private Grouping grouping;
  private int begin;
  private Batch batch;

  /// @param tokens the most that a batch may have
  Frame(MemoryPlan plan, Strips layout, int tokens) {
    this.plan = plan;
    this.layout = layout;
    this.capacity = tokens;
    int length = Math.multiplyExact(plan.width(), layout.padded(tokens));
    this.arena = new float[Math.addExact(length, Alignment.SLACK)];
    this.window = new int[tokens];
  }

  /// Makes `next` the batch at hand.
  void begin(Batch next) {
    if (next.tokens() > capacity) {
      throw new IllegalArgumentException(next.tokens() + " tokens, room for " + capacity);
    }
    batch = next;
    begin = Alignment.of(arena);
    routed.clear();
    for (int w = 0; w < next.windows(); w++) {
      Arrays.fill(window, next.starts()[w], next.starts()[w + 1], w);
    }
  }

  Batch batch() {
    return batch;
  }

  float[] arena() {
    return arena;
  }

  /// How the rows of the routed space at hand lie.
  Grouping grouping() {
    return grouping;
  }

  /// Begins a routed space.
  void group(Grouping next) {
    grouping = next;
  }

  /// Where the rows of this batch went, router by router.
  List<Routed> routed() {
    return routed;
  }

  Strips layout() {
    return layout;
  }

  /// Rows of a buffer in this batch.
  int rows(Buffer buffer) {
    return batch.rows(buffer.rows());
  }

  /// Strips of a buffer in this batch.
  int strips(Buffer buffer) {
    return layout.count(rows(buffer));
  }

  /// Index in the arena of a view's first column of a strip; the next column is a strip's width
  /// further.
  int at(View view, int strip) {
    return at(view, strip, 0);
  }

  /// Index in the arena of a view's column of a strip.
  int at(View view, int strip, int column) {
    Buffer buffer = view.buffer();
    return begin
        + plan.columns().get(buffer.name()) * layout.padded(batch.tokens())
        + layout.index(buffer.width(), strip * layout.width(), view.column() + column);
  }

  /// Writes a row of a view, column by column.
  void read(View view, int row, float[] into, int at) {
    int width = layout.width();
    int from = cell(view, row);
    for (int column = 0; column < view.width(); column++) {
      into[at + column] = arena[from + column * width];
    }
  }

  /// Sets a row of a view.
  void write(View view, int row, float[] from) {
    int width = layout.width();
    int to = cell(view, row);
    for (int column = 0; column < view.width(); column++) {
      arena[to + column * width] = from[column];
    }
  }

  /// One number of a view.
  float number(View view, int row, int column) {
    return arena[cell(view, row) + column * layout.width()];
  }

  /// Where a row of a view begins in the arena; its columns are a strip's width apart.
  int cell(View view, int row) {
    int width = layout.width();
    int place = view.buffer().rows() instanceof RowSpace.Routed ? grouping.place(row) : row;
    return at(view, place / width) + place % width;
  }

  /// Which window a row of [RowSpace#TOKENS] belongs to.
  int window(int row) {
    return window[row];
  }

  /// The position of such a row in its window, from 0.
  int position(int row) {
    return row - batch.starts()[window[row]];
  }

  /// Number of tokens of a window.
  int length(int w) {
    return batch.starts()[w + 1] - batch.starts()[w];
  }
}
