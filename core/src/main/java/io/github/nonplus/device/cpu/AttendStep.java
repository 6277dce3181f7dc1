package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.operand.RowSpace;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Causal attention: a task is one stretch of queries of one window, with all the heads that share
/// a key head. It walks through the keys once, a block at a time.
///
/// @param selects whether only selected rows have outputs; loops that asked the output's kind of
///   rows for it would be compiled anew for each kind that they meet
record AttendStep(AttendLaw law, boolean selects, Kernels kernels, AttendScratch[] scratch)
    implements Step {
  /// Queries of a task, about.
  private static final int QUERIES = 256;

  /// Rows of the output that belong to one window, whose token rows begin at `start`: those between
  /// `from` and `to` in the strips between `strip` and `end`. What else such a strip holds belongs
  /// to other windows.
  private record Stretch(int start, int from, int to, int strip, int end) {}

  static AttendStep of(AttendLaw law, Kernels kernels, AttendScratch[] scratch) {
    boolean selects = !law.attend().output().rows().equals(RowSpace.TOKENS);
    return new AttendStep(law, selects, kernels, scratch);
  }

  /// Strips of a task.
  static int strips(Kernels kernels) {
    return QUERIES / kernels.stripWidth();
  }

  private Attend attend() {
    return law.attend();
  }

  @Override
  public void run(Frame frame, Workers workers) {
    List<Stretch> stretches = stretches(frame);
    int keyHeads = attend().keyHeads();
    workers.run(
        Math.multiplyExact(stretches.size(), keyHeads),
        (worker, task) ->
            attend(frame, scratch[worker], stretches.get(task / keyHeads), task % keyHeads));
  }

  private List<Stretch> stretches(Frame frame) {
    List<Stretch> stretches = new ArrayList<>();
    int[] starts = frame.batch().starts();
    int width = frame.layout().width();
    for (int w = 0; w < frame.batch().windows(); w++) {
      int from = firstOutput(frame, starts[w]);
      int to = firstOutput(frame, starts[w + 1]);
      int end = frame.layout().count(to);
      for (int strip = from / width; from < to && strip < end; strip += strips(kernels)) {
        int last = Math.min(end, strip + strips(kernels));
        stretches.add(new Stretch(starts[w], from, to, strip, last));
      }
    }
    return stretches;
  }

  /// The first row of the output that belongs to token row `row` or a later one.
  private int firstOutput(Frame frame, int row) {
    if (!selects) {
      return row;
    }
    int found = Arrays.binarySearch(frame.batch().selected(), row);
    return found >= 0 ? found : -found - 1;
  }

  private int tokenRow(Frame frame, int output) {
    return selects ? frame.batch().selected()[output] : output;
  }

  private void attend(Frame frame, AttendScratch own, Stretch stretch, int keyHead) {
    int width = frame.layout().width();
    int heads = attend().headsPerKey();
    own.begin();
    for (int slot = 0; slot < (stretch.end() - stretch.strip()) * heads; slot++) {
      own.begin(law, slot, keyHead * heads + slot % heads);
    }
    int firstRow = Math.max(stretch.from(), stretch.strip() * width);
    int lastRow = Math.min(stretch.to(), stretch.end() * width) - 1;
    int keys = tokenRow(frame, lastRow) - stretch.start() + 1;
    int firstKey = attend().mask().firstKey(tokenRow(frame, firstRow) - stretch.start());
    int firstBlock = law.keepsFirst() ? 0 : firstKey - firstKey % AttendScratch.KEYS;
    for (int key = firstBlock; key < keys; key += AttendScratch.KEYS) {
      int count = Math.min(AttendScratch.KEYS, keys - key);
      own.block(law, frame, stretch.start(), key, count, keyHead, key == firstBlock);
      for (int strip = stretch.strip(); strip < stretch.end(); strip++) {
        see(frame, own, stretch, strip, key);
        for (int head = 0; head < heads; head++) {
          int queryHead = keyHead * heads + head;
          int column = queryHead * attend().keySize();
          int slot = (strip - stretch.strip()) * heads + head;
          if (selects) {
            gather(frame, own, stretch, strip, column);
            own.tile(slot, queryHead, own.room(), own.queries());
          } else {
            own.tile(slot, queryHead, frame.arena(), frame.at(attend().query(), strip, column));
          }
        }
      }
    }
    for (int strip = stretch.strip(); strip < stretch.end(); strip++) {
      int from = Math.max(stretch.from() - strip * width, 0);
      int to = Math.min(stretch.to() - strip * width, width);
      for (int head = 0; head < heads; head++) {
        int column = (keyHead * heads + head) * attend().valueSize();
        int out = frame.at(attend().output().view(), strip, column);
        own.end((strip - stretch.strip()) * heads + head, from, to, frame.arena(), out);
      }
    }
  }

  /// Says which keys of the block that begins at `key` the queries of a strip see.
  private void see(Frame frame, AttendScratch own, Stretch stretch, int strip, int key) {
    int width = frame.layout().width();
    own.kept = attend().mask().kept() - key;
    for (int t = 0; t < width; t++) {
      int row = strip * width + t;
      boolean isOurs = row >= stretch.from() && row < stretch.to();
      own.tokens[t] = isOurs ? tokenRow(frame, row) : -1;
      int position = isOurs ? own.tokens[t] - stretch.start() : 0;
      own.visible[t] = isOurs ? position - key + 1 : 0;
      own.first[t] = attend().mask().firstKey(position) - key;
    }
  }

  /// Puts together the queries of selected tokens.
  private void gather(Frame frame, AttendScratch own, Stretch stretch, int strip, int column) {
    int width = frame.layout().width();
    int size = attend().keySize();
    float[] arena = frame.arena();
    float[] query = own.room();
    int end = Math.min(stretch.to(), (strip + 1) * width);
    for (int row = Math.max(stretch.from(), strip * width); row < end; row++) {
      int token = frame.batch().selected()[row];
      int from = frame.at(attend().query(), token / width, column) + token % width;
      int to = own.queries() + row % width;
      for (int d = 0; d < size; d++) {
        query[to + d * width] = arena[from + d * width];
      }
    }
  }
}
