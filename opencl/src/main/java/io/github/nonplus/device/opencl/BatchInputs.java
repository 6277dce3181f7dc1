package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.rotation.Rotation;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the batch at hand brings to the device: ids, selected rows, targets, and what follows from
/// its windows: positions, their angles, and the tiles of attention.
public final class BatchInputs {
  private final int capacity;
  private final Allocations allocations;
  private final Queue queue;
  private final Memory ids;
  private final Memory selected;
  private final Memory targets;
  private final Map<String, QueryTiles> tiles = new LinkedHashMap<>();
  private final Map<String, Angles> angles = new LinkedHashMap<>();
  private final Map<BatchFact.Groups, RowGroups> groups = new LinkedHashMap<>();
  private Positions positions;
  private Starts starts;
  private Batch batch;

  /// @param tokens the most that a batch may have
  public BatchInputs(int tokens, Allocations allocations, Queue queue) {
    this.capacity = tokens;
    this.allocations = allocations;
    this.queue = queue;
    this.ids = allocations.take(4L * tokens, "the token ids");
    this.selected = allocations.take(4L * tokens, "the selected rows");
    this.targets = allocations.take(4L * tokens, "the targets");
  }

  /// Bytes of a batch's own numbers, without its tiles and angles.
  public static long bytes(int tokens) {
    return 12L * tokens;
  }

  /// Makes `next` the batch at hand.
  public void begin(Batch next) {
    if (next.tokens() > capacity) {
      throw new IllegalArgumentException(next.tokens() + " tokens, room for " + capacity);
    }
    batch = next;
    queue.send(ids, next.ids(), next.ids().length);
    queue.send(selected, next.selected(), next.selected().length);
    queue.send(targets, next.targets(), next.targets().length);
    tiles.values().forEach(each -> each.begin(next));
    angles.values().forEach(each -> each.begin(next));
    if (positions != null) {
      positions.begin(next);
    }
    if (starts != null) {
      starts.begin(next);
    }
  }

  /// The tiles of at most `queries` rows of attention, for every batch to come.
  public QueryTiles tiles(int queries, RowSpace rows) {
    return tiles.computeIfAbsent(
        queries + " " + rows, _ -> new QueryTiles(queries, rows, capacity, allocations, queue));
  }

  /// The angles of a rotation, for every batch to come.
  ///
  /// @param turned columns of a head that turn
  public Angles angles(Rotation rotation, int turned) {
    return angles.computeIfAbsent(
        turned + " " + rotation, _ -> new Angles(rotation, turned, capacity, allocations, queue));
  }

  /// Where the rows of a routed space lie, for one such space after another.
  RowGroups groups(BatchFact.Groups fact) {
    return groups.computeIfAbsent(fact, _ -> new RowGroups(fact, capacity, allocations));
  }

  /// Where each token stands in its window, for every batch to come.
  public Memory positions() {
    if (positions == null) {
      positions = new Positions(capacity, allocations, queue);
    }
    return positions.memory();
  }

  /// In which row each window begins, for every batch to come.
  public Memory starts() {
    if (starts == null) {
      starts = new Starts(capacity, allocations, queue);
    }
    return starts.memory();
  }

  public Batch batch() {
    return batch;
  }

  public Memory ids() {
    return ids;
  }

  public Memory selected() {
    return selected;
  }

  public Memory targets() {
    return targets;
  }

  /// Rows of a buffer in this batch.
  public int rows(Buffer buffer) {
    return batch.rows(buffer.rows());
  }
}
