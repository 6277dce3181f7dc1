package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Instruction.MatMul;
import io.github.nonplus.program.View;

/// Products of all rows with one panel after another; panels are shared over the workers. Bias and
/// residual are added as the products are stored, so the output may lie where the residual lay.
record ProductStep(MatMul matmul, Panels panels, Kernels kernels, Scratch[] scratch)
    implements Step {
  @Override
  public void run(Frame frame, Workers workers) {
    int rows = frame.rows(matmul.output());
    workers.run(
        panels.count(),
        (worker, index) -> {
          panels.decode(index, scratch[worker]);
          for (int row = 0; row < rows; row += Scratch.TILE_ROWS) {
            tile(frame, index, scratch[worker], row, Math.min(Scratch.TILE_ROWS, rows - row));
          }
        });
  }

  private void tile(Frame frame, int index, Scratch own, int row, int rows) {
    View input = matmul.input();
    int width = panels.width(index);
    kernels.multiply(
        frame.arena(),
        frame.at(input, row),
        input.buffer().width(),
        rows,
        panels.depth(),
        own.panel,
        width,
        own.tile,
        0,
        width);
    float[] arena = frame.arena();
    int column = panels.column(index);
    for (int r = 0; r < rows; r++) {
      int out = frame.at(matmul.output(), row + r) + column;
      for (int n = 0; n < width; n++) {
        arena[out + n] =
            own.tile[r * width + n]
                + panels.bias()[column + n]
                + residual(frame, row + r, column + n);
      }
    }
  }

  private float residual(Frame frame, int row, int column) {
    return matmul.residual() == null ? 0 : frame.arena()[frame.at(matmul.residual(), row) + column];
  }
}
