package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;

/// The one place where weights are expanded to float16, in tiles of [#TILE_OUTPUTS] outputs, right
/// before each product. So a quantized model stays quantized in device memory; expanding takes a
/// few hundredths of the time of a product of thousands of rows.
record Scratch(Memory memory) {
  static final int TILE_OUTPUTS = 256;

  /// Outputs of each of two matrices that share a tile, in strips by turns.
  static final int HALF_TILE = TILE_OUTPUTS / 2;

  private static final int LANES = 256;
  private static final int ROWS = 128;

  /// Bytes of a matrix of so many outputs and inputs.
  static long bytes(int outputs, int inputs) {
    return 2L
        * Math.ceilDiv(outputs, TILE_OUTPUTS)
        * TILE_OUTPUTS
        * Form.tiles(inputs)
        * Form.TILE_COLUMNS;
  }

  /// Outputs of a matrix that find room at once, in whole tiles.
  static int outputsIn(long bytes, int inputs) {
    return Math.toIntExact(bytes / bytes(TILE_OUTPUTS, inputs)) * TILE_OUTPUTS;
  }

  /// Expands a matrix to outputs from `shift` on.
  Work expansion(PooledWeight weight, int shift, Lowering lowering) {
    return expansion(weight, shift, weight.outputs(), 0, lowering);
  }

  /// Expands a matrix that shares its tiles with another, 0 beyond its last output.
  ///
  /// @param half 0 or 1
  Work half(PooledWeight weight, int half, Lowering lowering) {
    int rows = Math.ceilDiv(weight.outputs(), HALF_TILE) * HALF_TILE;
    return expansion(weight, half * HALF_TILE, rows, 1, lowering);
  }

  private Work expansion(PooledWeight weight, int shift, int rows, int spread, Lowering lowering) {
    Kernel kernel = lowering.kernel(TensorKernels.expansion(weight.form(), spread));
    int tiles = Form.tiles(weight.depth());
    return queue -> {
      Arguments arguments = weight.addTo(kernel.arguments());
      arguments.memory(memory).number(tiles).number(shift).number(rows);
      queue.launch(arguments, LANES, 1, Math.ceilDiv(tiles, 2), Math.ceilDiv(rows, ROWS));
    };
  }
}
