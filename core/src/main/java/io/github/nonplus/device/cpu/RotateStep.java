package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Instruction.Rotate;

/// Turns every head of every row by its position. Windows are walked in order, because a table may
/// hold for one length only; the rows of a window are shared over the workers.
record RotateStep(Rotate rotate, RotationTable table, Kernels kernels) implements Step {
  private static final int ROWS_PER_TASK = 32;

  @Override
  public void run(Frame frame, Workers workers) {
    if (!rotate.rotation().dependsOnWindow()) {
      int longest = 0;
      for (int w = 0; w < frame.batch().windows(); w++) {
        longest = Math.max(longest, frame.length(w));
      }
      table.prepare(longest);
      rows(frame, workers, 0, frame.batch().tokens());
      return;
    }
    for (int w = 0; w < frame.batch().windows(); w++) {
      table.prepare(frame.length(w));
      rows(frame, workers, frame.batch().starts()[w], frame.batch().starts()[w + 1]);
    }
  }

  private void rows(Frame frame, Workers workers, int from, int to) {
    workers.run(
        Math.ceilDiv(to - from, ROWS_PER_TASK),
        (_, task) -> {
          int first = from + task * ROWS_PER_TASK;
          for (int row = first; row < Math.min(to, first + ROWS_PER_TASK); row++) {
            row(frame, row);
          }
        });
  }

  private void row(Frame frame, int row) {
    int at = frame.at(rotate.vector(), row);
    int angles = table.at(frame.position(row));
    for (int head = 0; head < rotate.vector().width(); head += rotate.headSize()) {
      kernels
          .rows()
          .rotate(
              frame.arena(), at + head, rotate.headSize(), table.cosine(), table.sine(), angles);
    }
  }
}
