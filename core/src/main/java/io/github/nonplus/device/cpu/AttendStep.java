package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Instruction.Attend;
import io.github.nonplus.program.Rows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Causal attention: a task is one stretch of queries of one window, with all the heads that share
/// a key head. It walks through the keys once, a block at a time.
record AttendStep(Attend attend, Kernels kernels, AttendScratch[] scratch) implements Step {
  /// Queries of a task.
  static final int QUERIES = 160;

  /// Rows `from` to `to` of the output, all of one window, whose token rows begin at `start`.
  private record Stretch(int start, int from, int to) {}

  @Override
  public void run(Frame frame, Workers workers) {
    List<Stretch> stretches = stretches(frame);
    int keyHeads = attend.key().width() / attend.headSize();
    workers.run(
        Math.multiplyExact(stretches.size(), keyHeads),
        (worker, task) ->
            attend(frame, scratch[worker], stretches.get(task / keyHeads), task % keyHeads));
  }

  private List<Stretch> stretches(Frame frame) {
    List<Stretch> stretches = new ArrayList<>();
    int[] starts = frame.batch().starts();
    for (int w = 0; w < frame.batch().windows(); w++) {
      int first = firstOutput(frame, starts[w]);
      int end = firstOutput(frame, starts[w + 1]);
      for (int from = first; from < end; from += QUERIES) {
        stretches.add(new Stretch(starts[w], from, Math.min(end, from + QUERIES)));
      }
    }
    return stretches;
  }

  /// The first row of the output that belongs to token row `row` or a later one.
  private int firstOutput(Frame frame, int row) {
    if (attend.output().rows() == Rows.TOKENS) {
      return row;
    }
    int found = Arrays.binarySearch(frame.batch().selected(), row);
    return found >= 0 ? found : -found - 1;
  }

  private int tokenRow(Frame frame, int output) {
    return attend.output().rows() == Rows.TOKENS ? output : frame.batch().selected()[output];
  }

  private void attend(Frame frame, AttendScratch own, Stretch stretch, int keyHead) {
    int heads = attend.headsPerKey();
    int queries = stretch.to() - stretch.from();
    own.begin(heads * queries);
    int keys = tokenRow(frame, stretch.to() - 1) - stretch.start() + 1;
    for (int key = 0; key < keys; key += AttendScratch.KEYS) {
      own.pack(
          kernels,
          frame.arena(),
          frame.at(attend.key(), stretch.start() + key) + keyHead * attend.headSize(),
          attend.key().buffer().width(),
          frame.at(attend.value(), stretch.start() + key) + keyHead * attend.headSize(),
          attend.value().buffer().width(),
          Math.min(AttendScratch.KEYS, keys - key));
      for (int head = 0; head < heads; head++) {
        int column = (keyHead * heads + head) * attend.headSize();
        for (int query = 0; query < queries; query += AttendScratch.ROWS) {
          int rows = Math.min(AttendScratch.ROWS, queries - query);
          for (int r = 0; r < rows; r++) {
            int token = tokenRow(frame, stretch.from() + query + r);
            own.query(r, frame.arena(), frame.at(attend.query(), token) + column);
            own.visible[r] = token - stretch.start() - key + 1;
          }
          own.tile(kernels, head * queries + query, rows, (float) attend.scale());
        }
      }
    }
    for (int head = 0; head < heads; head++) {
      int column = (keyHead * heads + head) * attend.headSize();
      for (int query = 0; query < queries; query++) {
        int out = frame.at(attend.output(), stretch.from() + query) + column;
        own.end(kernels, head * queries + query, frame.arena(), out);
      }
    }
  }
}
