package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Instruction.MatMul;

/// Products of all rows with one panel after another; panels are shared over the workers. Bias and
/// residual are added as the products are stored, so the output may lie where the residual lay.
record ProductStep(
    MatMul matmul, Panels panels, Kernels kernels, PackedRows input, Scratch[] scratch)
    implements Step {
  @Override
  public void run(Frame frame, Workers workers) {
    int rows = frame.rows(matmul.output());
    input.pack(frame, matmul.input(), 0, rows, workers);
    workers.run(
        panels.count(),
        (worker, index) -> {
          panels.pack(index, kernels, scratch[worker]);
          for (int row = 0; row < rows; row += Scratch.TILE_ROWS) {
            tile(frame, index, scratch[worker], row, Math.min(Scratch.TILE_ROWS, rows - row));
          }
        });
  }

  private void tile(Frame frame, int index, Scratch own, int row, int rows) {
    int width = panels.width(index);
    own.multiply(kernels, input.values(), input.at(row), rows, panels.depth(), width);
    RowOperations operations = kernels.rows();
    float[] arena = frame.arena();
    float[] tile = own.tile;
    int column = panels.column(index);
    for (int r = 0; r < rows; r++) {
      int at = r * Panels.WIDTH;
      int out = frame.at(matmul.output(), row + r) + column;
      if (panels.bias() != null) {
        operations.add(tile, at, panels.bias(), column, tile, at, width);
      }
      if (matmul.residual() != null) {
        int residual = frame.at(matmul.residual(), row + r) + column;
        operations.add(tile, at, arena, residual, arena, out, width);
      } else {
        System.arraycopy(tile, at, arena, out, width);
      }
    }
  }
}
