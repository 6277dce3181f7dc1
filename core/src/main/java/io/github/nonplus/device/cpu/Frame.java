package io.github.nonplus.device.cpu;

import io.github.nonplus.device.Batch;
import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.MemoryPlan;
import io.github.nonplus.program.Rows;
import io.github.nonplus.program.View;

/// The memory of the batch at hand: one arena that holds every buffer where the plan says.
final class Frame {
  private final MemoryPlan plan;
  private final float[] arena;
  private final int capacity;
  private final int[] window;
  private Batch batch;

  /// @param tokens the most that a batch may have
  Frame(MemoryPlan plan, int tokens) {
    this.plan = plan;
    this.capacity = tokens;
    this.arena = new float[Math.multiplyExact(plan.width(), tokens)];
    this.window = new int[tokens];
  }

  /// Makes `next` the batch at hand.
  void begin(Batch next) {
    if (next.tokens() > capacity) {
      throw new IllegalArgumentException(next.tokens() + " tokens, room for " + capacity);
    }
    batch = next;
    for (int w = 0; w < next.windows(); w++) {
      java.util.Arrays.fill(window, next.starts()[w], next.starts()[w + 1], w);
    }
  }

  Batch batch() {
    return batch;
  }

  float[] arena() {
    return arena;
  }

  /// Rows of a buffer in this batch.
  int rows(Buffer buffer) {
    return buffer.rows() == Rows.TOKENS ? batch.tokens() : batch.selected().length;
  }

  /// Index in the arena of a view's first column in `row`. Rows are `buffer.width()` apart.
  int at(View view, int row) {
    return at(view.buffer(), row) + view.column();
  }

  /// Index in the arena of a buffer's `row`.
  int at(Buffer buffer, int row) {
    return plan.columns().get(buffer.name()) * batch.tokens() + row * buffer.width();
  }

  /// Which window a row of [Rows#TOKENS] belongs to.
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
