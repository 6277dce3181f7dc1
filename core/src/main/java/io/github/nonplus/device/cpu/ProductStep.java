package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.View;
import java.util.function.IntUnaryOperator;

/// Products of all strips with one panel after another; panels are shared over the workers. What
/// else is to be done with the products is done as they are stored.
///
/// @param output what it writes in the end
/// @param ending what becomes of the products
/// @param isPlain whether the products themselves are the output, so that whole panels of them can
///   be computed where they are stored
record ProductStep(
    View input,
    Buffer output,
    Panels panels,
    Ending ending,
    boolean isPlain,
    Kernels kernels,
    Scratch[] scratch)
    implements Step {
  /// Tokens of a piece, at most.
  private static final int PIECE = 128;

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
    boolean isPlain = scale == 1 && matmul.residual() == null;
    return new ProductStep(
        matmul.input(), matmul.output(), panels, ending, isPlain, kernels, scratch);
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
    return new ProductStep(matmul.input(), gate.output(), panels, ending, false, kernels, scratch);
  }

  @Override
  public void run(Frame frame, Workers workers) {
    int strips = frame.strips(output);
    int team = workers.threads();
    int tokens = strips * kernels.stripWidth();
    boolean isDeep = !panels.cut().packsWholeDepth();
    boolean byTokens = panels.isQuick() && new Share(team, tokens).byTokens(isDeep);
    if (!isDeep) {
      runInPieces(
          frame, workers, strips, Math.max(1, Math.ceilDiv(tokens, PIECE * team)), byTokens);
    } else if (byTokens && panels.count() < Blocking.PANELS_EACH * team) {
      runInPieces(frame, workers, strips, 1, true); // more would be packed again for each
    } else {
      runInPanels(frame, workers, strips);
    }
  }

  /// A panel stays at hand while pieces of the batch pass it.
  ///
  /// @param each pieces of a worker's part of the batch
  /// @param byTokens whether workers have tokens of their own, which lie in their caches, and all
  ///   panels; else they have panels of their own, and all tokens
  private void runInPieces(Frame frame, Workers workers, int strips, int each, boolean byTokens) {
    int team = workers.threads();
    workers.run(
        panels.count() * team * each,
        (worker, task) -> {
          int row = task / each; // one panel and one part of the batch
          int index = byTokens ? row % panels.count() : row / team;
          int part = byTokens ? row / panels.count() : row % team;
          part(frame, scratch[worker], index, part * each + task % each, team * each, strips);
        });
  }

  /// Each panel is packed a stretch at a time, for all tokens; but the last ones are cut by strips,
  /// so that the workers end together.
  private void runInPanels(Frame frame, Workers workers, int strips) {
    int cuts = workers.threads();
    int whole = Math.max(0, panels.count() - (cuts == 1 ? 0 : cuts));
    workers.runInTurn(
        whole + (panels.count() - whole) * cuts,
        (worker, task) -> {
          if (task < whole) {
            panel(frame, scratch[worker], task, 0, strips);
          } else {
            int index = whole + (task - whole) / cuts;
            part(frame, scratch[worker], index, (task - whole) % cuts, cuts, strips);
          }
        });
  }

  /// Part `part` of so many even ones of the batch's strips.
  private void part(Frame frame, Scratch own, int index, int part, int parts, int strips) {
    int from = (int) ((long) strips * part / parts);
    int to = (int) ((long) strips * (part + 1) / parts);
    panel(frame, own, index, from, to);
  }

  private void panel(Frame frame, Scratch own, int index, int from, int to) {
    own.begin(panels, index, kernels);
    int together = panels.cut().strips();
    for (int first = from; first < to; first += together) {
      int end = Math.min(to, first + together);
      if (isPlain && panels.isWhole(index)) {
        inPlace(frame, own, index, first, end);
      } else {
        apart(frame, own, index, first, end);
      }
    }
  }

  private void inPlace(Frame frame, Scratch own, int index, int from, int to) {
    float[] arena = frame.arena();
    IntUnaryOperator outAt = strip -> frame.at(output.view(), strip, panels.column(index));
    own.multiply(panels, index, kernels, arena, s -> frame.at(input, s), from, to, arena, outAt);
    for (int strip = from; strip < to; strip++) {
      panels.addBias(index, kernels, arena, outAt.applyAsInt(strip));
    }
  }

  private void apart(Frame frame, Scratch own, int index, int from, int to) {
    own.multiply(panels, index, kernels, frame.arena(), s -> frame.at(input, s), from, to);
    for (int strip = from; strip < to; strip++) {
      int at = own.at(strip - from);
      panels.addBias(index, kernels, own.products, at);
      ending.store(frame, own.products, at, index, strip);
    }
  }
}
