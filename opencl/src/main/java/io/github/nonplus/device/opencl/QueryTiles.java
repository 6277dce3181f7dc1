package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.operand.RowSpace;

/// Which rows of attention go together: at most so many, all of one window. For each row its token
/// and its window's first token.
public final class QueryTiles {
  private final int queries;
  private final RowSpace rows;
  private final Queue queue;
  private final Memory rowsOf;
  private final Memory startsOf;
  private final Memory tiles;
  private int count;

  QueryTiles(int queries, RowSpace rows, int tokens, Allocations allocations, Queue queue) {
    this.queries = queries;
    this.rows = rows;
    this.queue = queue;
    this.rowsOf = allocations.take(4L * tokens, "the rows of attention");
    this.startsOf = allocations.take(4L * tokens, "the starts of windows");
    this.tiles = allocations.take(8L * tokens, "the tiles of attention");
  }

  /// Bytes that they take.
  static long bytes(int tokens) {
    return 16L * tokens;
  }

  void begin(Batch batch) {
    int total = batch.rows(rows);
    int[] rowOf = new int[total];
    int[] startOf = new int[total];
    int[] tile = new int[2 * total];
    count = 0;
    int window = 0;
    for (int i = 0; i < total; i++) {
      rowOf[i] = rows.equals(RowSpace.TOKENS) ? i : batch.selected()[i];
      while (rowOf[i] >= batch.starts()[window + 1]) {
        window++;
      }
      startOf[i] = batch.starts()[window];
      boolean goesOn =
          count > 0 && startOf[tile[2 * count - 2]] == startOf[i] && tile[2 * count - 1] < queries;
      if (goesOn) {
        tile[2 * count - 1]++;
      } else {
        tile[2 * count] = i;
        tile[2 * count + 1] = 1;
        count++;
      }
    }
    queue.send(rowsOf, rowOf, total);
    queue.send(startsOf, startOf, total);
    queue.send(tiles, tile, 2 * count);
  }

  public Memory rowsOf() {
    return rowsOf;
  }

  public Memory startsOf() {
    return startsOf;
  }

  public Memory tiles() {
    return tiles;
  }

  /// Number of tiles of the batch at hand.
  public int count() {
    return count;
  }
}
