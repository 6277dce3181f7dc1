package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.MemoryPlan;
import io.github.nonplus.program.Rows;
import io.github.nonplus.program.View;
import io.github.nonplus.program.rotation.Rotation;
import java.util.LinkedHashMap;
import java.util.Map;

/// The memory of the batch at hand: one arena that holds every buffer where the plan says, and the
/// batch's own numbers.
final class Frame {
  private final MemoryPlan plan;
  private final int capacity;
  private final Allocations allocations;
  private final Queue queue;
  private final Memory arena;
  private final Memory ids;
  private final Memory selected;
  private final Memory targets;
  private final Map<String, QueryTiles> tiles = new LinkedHashMap<>();
  private final Map<String, Angles> angles = new LinkedHashMap<>();
  private Batch batch;

  /// @param tokens the most that a batch may have
  Frame(MemoryPlan plan, int tokens, Allocations allocations, Queue queue) {
    this.plan = plan;
    this.capacity = tokens;
    this.allocations = allocations;
    this.queue = queue;
    this.arena = allocations.take(arenaBytes(plan, tokens), "the activations");
    this.ids = allocations.take(4L * tokens, "the token ids");
    this.selected = allocations.take(4L * tokens, "the selected rows");
    this.targets = allocations.take(4L * tokens, "the targets");
  }

  static long arenaBytes(MemoryPlan plan, int tokens) {
    return Math.multiplyExact(4L * plan.width(), tokens);
  }

  /// Bytes of a batch's own numbers.
  static long batchBytes(int tokens) {
    return 12L * tokens;
  }

  /// Makes `next` the batch at hand.
  void begin(Batch next) {
    if (next.tokens() > capacity) {
      throw new IllegalArgumentException(next.tokens() + " tokens, room for " + capacity);
    }
    batch = next;
    queue.write(ids, next.ids(), next.ids().length);
    queue.write(selected, next.selected(), next.selected().length);
    queue.write(targets, next.targets(), next.targets().length);
    tiles.values().forEach(each -> each.begin(next));
    angles.values().forEach(each -> each.begin(next));
  }

  /// The tiles of at most `queries` rows of attention, for every batch to come.
  QueryTiles tiles(int queries, Rows rows) {
    return tiles.computeIfAbsent(
        queries + " " + rows, _ -> new QueryTiles(queries, rows, capacity, allocations, queue));
  }

  /// The angles of a rotation, for every batch to come.
  Angles angles(Rotation rotation, int headSize) {
    return angles.computeIfAbsent(
        headSize + " " + rotation,
        _ -> new Angles(rotation, headSize, capacity, allocations, queue));
  }

  Batch batch() {
    return batch;
  }

  Memory arena() {
    return arena;
  }

  Memory ids() {
    return ids;
  }

  Memory selected() {
    return selected;
  }

  Memory targets() {
    return targets;
  }

  /// Rows of a buffer in this batch.
  int rows(Buffer buffer) {
    return buffer.rows() == Rows.TOKENS ? batch.tokens() : batch.selected().length;
  }

  /// Index in the arena of a view's first element. Rows are `buffer.width()` apart.
  long at(View view) {
    return at(view.buffer()) + view.column();
  }

  /// Index in the arena of a buffer's first element.
  long at(Buffer buffer) {
    return (long) plan.columns().get(buffer.name()) * batch.tokens();
  }
}
