package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;

/// Products of all strips with one panel after another; panels are shared over the workers. What
/// else is to be done with the products is done while they are in the first-level cache.
///
/// @param output what it writes in the end
/// @param ending what becomes of the products
record ProductStep(
    View input, Buffer output, Panels panels, Ending ending, Kernels kernels, Scratch[] scratch)
    implements Step {
  /// Takes the products of panel `index` with a strip from a worker's tile.
  @FunctionalInterface
  private interface Ending {
    void store(Frame frame, Scratch own, int index, int strip);
  }

  /// A product whose bias and residual are added as it is stored, so the output may lie where the
  /// residual lay.
  static ProductStep stored(MatMul matmul, Panels panels, Kernels kernels, Scratch[] scratch) {
    float scale = (float) matmul.scale();
    Ending ending =
        (frame, own, index, strip) -> {
          int column = panels.column(index);
          int count = panels.width(index) * kernels.stripWidth();
          int out = frame.at(matmul.output().view(), strip, column);
          if (scale != 1) {
            kernels.strips().scale(own.tile, 0, scale, own.tile, 0, count);
          }
          if (matmul.residual() == null) {
            System.arraycopy(own.tile, 0, frame.arena(), out, count);
          } else {
            int residual = frame.at(matmul.residual(), strip, column);
            kernels.strips().add(own.tile, 0, frame.arena(), residual, frame.arena(), out, count);
          }
        };
    return new ProductStep(matmul.input(), matmul.output(), panels, ending, kernels, scratch);
  }

  /// A product of two parts of which only the gate is stored.
  ///
  /// @param panels that have both parts' outputs beside each other
  static ProductStep gated(
      MatMul matmul, Gate gate, Panels panels, Kernels kernels, Scratch[] scratch) {
    Ending ending =
        (frame, own, index, strip) -> {
          int out = frame.at(gate.output().view(), strip, panels.column(index));
          int up = panels.offset(index, 1) * kernels.stripWidth();
          int count = panels.width(index) * kernels.stripWidth();
          kernels
              .curves()
              .gate(
                  gate.activation(),
                  kernels.strips(),
                  own.tile,
                  0,
                  own.tile,
                  up,
                  frame.arena(),
                  out,
                  count);
        };
    return new ProductStep(matmul.input(), gate.output(), panels, ending, kernels, scratch);
  }

  @Override
  public void run(Frame frame, Workers workers) {
    int strips = frame.strips(output);
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
    for (int strip = from; strip < to; strip++) {
      own.multiply(kernels, frame.arena(), frame.at(input, strip), panels.products(index));
      panels.addBias(index, kernels, own.tile);
      ending.store(frame, own, index, strip);
    }
  }
}
