package io.github.nonplus.device.cpu;

import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.Planes;

/// Matrices of which a stored row has one input of every output: what a tile wants side by side
/// lies side by side already. Some inputs of all outputs are decoded, and then dealt out to the
/// tiles.
final class TransposedPacking implements Packing {
  /// Inputs that are decoded before they are dealt out: a panel's fit into the first-level cache.
  private static final int INPUTS = 16;

  /// The width of tiles that the compiler is to know.
  private static final int EIGHT = 8;

  private short[] halves = {};
  private float[] block = {};

  @Override
  public boolean suits(Matrix matrix) {
    return matrix.transposed() && matrix.order().isRange();
  }

  @Override
  public void pack(
      Matrix matrix,
      int from,
      int to,
      int k,
      int inputs,
      Kernels kernels,
      float[] tiles,
      int tilesAt) {
    int outputs = to - from;
    if (halves.length < outputs) {
      halves = new short[outputs];
      block = new float[Math.multiplyExact(INPUTS, outputs)];
    }
    int width = kernels.products().tileOutputs();
    for (int i = 0; i < inputs; i += INPUTS) {
      int length = Math.min(INPUTS, inputs - i);
      for (int input = 0; input < length; input++) {
        int row = matrix.firstColumn() + k + i + input;
        decode(matrix, row, from, outputs, kernels.unpacking(), input * outputs);
      }
      for (int n = 0; n < outputs; n += width) {
        int tile = tilesAt + n * inputs + i * width;
        if (width == EIGHT && n + EIGHT <= outputs) {
          deal(block, n, outputs, length, tiles, tile, EIGHT, EIGHT);
        } else {
          deal(block, n, outputs, length, tiles, tile, width, Math.min(width, outputs - n));
        }
      }
    }
  }

  /// Writes a stored row's outputs `from`… to the block.
  private void decode(
      Matrix matrix, int row, int from, int outputs, Unpacking unpacking, int blockAt) {
    Planes planes = matrix.planes();
    int column = matrix.order().row(from);
    if (matrix.format() instanceof Dense dense && dense.type().bytes() == Short.BYTES) {
      planes.halves(0, (long) row * planes.columns() + column, outputs, halves, 0);
      unpacking.widen(dense.type(), halves, outputs, block, blockAt);
    } else {
      matrix.format().decode(planes, row, column, outputs, block, blockAt);
    }
  }

  /// Copies `count` outputs of `inputs` inputs into a tile.
  private static void deal(
      float[] block,
      int at,
      int outputs,
      int inputs,
      float[] tiles,
      int tile,
      int width,
      int count) {
    for (int i = 0; i < inputs; i++) {
      int from = at + i * outputs;
      int to = tile + i * width;
      for (int n = 0; n < count; n++) {
        tiles[to + n] = block[from + n];
      }
    }
  }
}
