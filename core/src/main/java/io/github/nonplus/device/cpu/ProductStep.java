package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;

/// Products of all strips with one panel after another; panels are shared over the workers. What
/// else is to be done with the products is done as they are stored.
///
/// @param output what it writes in the end
/// @param ending what becomes of the products
record ProductStep(
    View input, Buffer output, Panels panels, Ending ending, Kernels kernels, Scratch[] scratch)
    implements Step {
  /// Takes the products of panel `index` with a strip.
  @FunctionalInterface
  private interface Ending {
    void store(Frame frame, float[] products, int at, int index, int strip);
  }

  /// A product whose bias and residual are added as it is stored, so the output may lie where the
  /// residual lay.
  static ProductStep stored(MatMul matmul, Panels panels, Kernels kernels, Scratch[] scratch) {
    float scale = (float) matmul.scale();
    Ending ending =
        (frame, products, at, index, strip) -> {
          int column = panels.column(index);
          int count = panels.width(index) * kernels.stripWidth();
          int out = frame.at(matmul.output().view(), strip, column);
          if (scale != 1) {
            kernels.strips().scale(products, at, scale, products, at, count);
          }
          if (matmul.residual() == null) {
            System.arraycopy(products, at, frame.arena(), out, count);
          } else {
            int residual = frame.at(matmul.residual(), strip, column);
            float[] arena = frame.arena();
            kernels.strips().add(products, at, arena, residual, arena, out, count);
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
        (frame, products, at, index, strip) -> {
          int out = frame.at(gate.output().view(), strip, panels.column(index));
          int up = at + panels.offset(index, 1) * kernels.stripWidth();
          int count = panels.width(index) * kernels.stripWidth();
          kernels
              .curves()
              .gate(gate, kernels.strips(), products, at, products, up, frame.arena(), out, count);
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
    own.begin(panels, index, kernels);
    int together = panels.cut().strips();
    for (int first = from; first < to; first += together) {
      int end = Math.min(to, first + together);
      own.multiply(panels, index, kernels, frame.arena(), s -> frame.at(input, s), first, end);
      for (int strip = first; strip < end; strip++) {
        int at = own.at(strip - first);
        panels.addBias(index, kernels, own.products, at);
        ending.store(frame, own.products, at, index, strip);
      }
    }
  }
}
