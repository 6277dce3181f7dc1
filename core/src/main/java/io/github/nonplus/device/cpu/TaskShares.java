package io.github.nonplus.device.cpu;

import java.util.Arrays;

/// How workers share the tasks of an operation. Each has a range of them, which it takes from its
/// beginning on; when it is done, it takes the last ones of the range of which most is left. Tasks
/// go through the tokens of a batch, so a worker finds in its own cache what it has written there
/// in the operation before.
final class TaskShares {
  static final int NONE = -1;

  private final Range[] ranges;

  /// Those tasks that nobody has taken.
  private static final class Range {
    private int from;
    private int to;

    Range(int from, int to) {
      this.from = from;
      this.to = to;
    }

    synchronized int first() {
      return from < to ? from++ : NONE;
    }

    synchronized int last() {
      return from < to ? --to : NONE;
    }

    synchronized int left() {
      return to - from;
    }

    synchronized void clear() {
      from = to;
    }
  }

  /// @param workers who have ranges of their own; with 1, all share one, and take its tasks in
  ///   order
  TaskShares(int tasks, int workers) {
    ranges = new Range[workers];
    Arrays.setAll(
        ranges,
        worker -> new Range(start(tasks, worker, workers), start(tasks, worker + 1, workers)));
  }

  private static int start(int tasks, int worker, int workers) {
    return (int) ((long) tasks * worker / workers);
  }

  /// The next task of a worker, or [#NONE] if all are taken.
  int next(int worker) {
    int own = ranges[worker % ranges.length].first();
    return own == NONE ? others() : own;
  }

  private int others() {
    while (true) {
      Range fullest = ranges[0];
      int most = 0;
      for (Range range : ranges) {
        int left = range.left();
        if (left > most) {
          fullest = range;
          most = left;
        }
      }
      int task = fullest.last();
      if (task != NONE || most == 0) {
        return task;
      }
    }
  }

  /// Nobody gets another task.
  void end() {
    for (Range range : ranges) {
      range.clear();
    }
  }
}
