package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Instruction.MatMul;

/// Products of all strips with one panel after another; panels are shared over the workers. Bias
/// and residual are added as the products are stored, so the output may lie where the residual lay.
record ProductStep(MatMul matmul, Panels panels, Kernels kernels, Scratch[] scratch)
    implements Step {
  @Override
  public void run(Frame frame, Workers workers) {
    int strips = frame.strips(matmul.output());
    // The last panels are cut by strips, so that the workers end together.
    int cuts = workers.threads();
    int whole = Math.max(0, panels.count() - (cuts == 1 ? 0 : cuts));
    workers.run(
        whole + (panels.count() - whole) * cuts,
        (worker, task) -> {
          if (task < whole) {
            panel(frame, scratch[worker], task, 0, strips);
          } else {
            int cut = (task - whole) % cuts;
            int from = (int) ((long) strips * cut / cuts);
            int to = (int) ((long) strips * (cut + 1) / cuts);
            panel(frame, scratch[worker], whole + (task - whole) / cuts, from, to);
          }
        });
  }

  private void panel(Frame frame, Scratch own, int index, int from, int to) {
    own.pack(panels, index, kernels);
    int width = panels.width(index);
    int column = panels.column(index);
    int count = width * kernels.stripWidth();
    float[] arena = frame.arena();
    for (int strip = from; strip < to; strip++) {
      own.multiply(kernels, arena, frame.at(matmul.input(), strip), width);
      if (panels.bias() != null) {
        kernels.strips().addBias(own.tile, 0, width, panels.bias(), column);
      }
      int out = frame.at(matmul.output().view(), strip, column);
      if (matmul.residual() == null) {
        System.arraycopy(own.tile, 0, arena, out, count);
      } else {
        int residual = frame.at(matmul.residual(), strip, column);
        kernels.strips().add(own.tile, 0, arena, residual, arena, out, count);
      }
    }
  }
}
