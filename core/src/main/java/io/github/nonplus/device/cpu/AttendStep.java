package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Instruction.Attend;
import io.github.nonplus.program.Rows;

/// Causal attention: a task is one head of one window.
record AttendStep(Attend attend, Kernels kernels, Scratch[] scratch) implements Step {
  @Override
  public void run(Frame frame, Workers workers) {
    int heads = attend.heads();
    workers.run(
        Math.multiplyExact(frame.batch().windows(), heads),
        (worker, task) -> head(frame, scratch[worker], task / heads, task % heads));
  }

  private void head(Frame frame, Scratch own, int window, int head) {
    int size = attend.headSize();
    int start = frame.batch().starts()[window];
    int length = frame.length(window);
    int shared = head / attend.headsPerKey() * size;
    float[] arena = frame.arena();
    for (int j = 0; j < length; j++) {
      int key = frame.at(attend.key(), start + j) + shared;
      for (int d = 0; d < size; d++) {
        own.keyColumns[d * length + j] = arena[key + d];
      }
    }
    if (attend.output().rows() == Rows.TOKENS) {
      for (int row = start; row < start + length; row++) {
        query(frame, own, head, shared, row, row, length);
      }
    } else {
      int[] selected = frame.batch().selected();
      for (int i = firstFrom(selected, start); i < selected.length; i++) {
        if (selected[i] >= start + length) {
          break;
        }
        query(frame, own, head, shared, selected[i], i, length);
      }
    }
  }

  private void query(
      Frame frame, Scratch own, int head, int shared, int row, int outRow, int length) {
    int size = attend.headSize();
    int start = row - frame.position(row);
    kernels.attend(
        frame.arena(),
        frame.at(attend.query(), row) + head * size,
        size,
        (float) attend.scale(),
        own.keyColumns,
        length,
        frame.arena(),
        frame.at(attend.value(), start) + shared,
        attend.value().buffer().width(),
        row - start + 1,
        own.scores,
        frame.arena(),
        frame.at(attend.output(), outRow) + head * size);
  }

  /// Index of the first selected row that is `row` or later.
  private static int firstFrom(int[] selected, int row) {
    int found = java.util.Arrays.binarySearch(selected, row);
    return found >= 0 ? found : -found - 1;
  }
}
