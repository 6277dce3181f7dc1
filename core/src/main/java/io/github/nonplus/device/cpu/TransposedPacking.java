package io.github.nonplus.device.cpu;

import io.github.nonplus.weights.Dense;
import io.github.nonplus.weights.InputCodes;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Sideways;

/// Matrices of which one input of every output lies together, in a stored row or by their format:
/// what a tile wants side by side lies side by side already. Some inputs of all outputs are
/// decoded, and then dealt out to the tiles.
final class TransposedPacking implements Packing {
  /// Inputs that are decoded before they are dealt out: a panel's fit into the first-level cache.
  private static final int INPUTS = 16;

  private short[][] halves = {};
  private float[] block = {};

  @Override
  public boolean suits(Matrix matrix) {
    return (matrix.transposed() || matrix.format() instanceof Sideways) && matrix.order().isRange();
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
    if (block.length < INPUTS * outputs) {
      halves = new short[INPUTS][outputs];
      block = new float[Math.multiplyExact(INPUTS, outputs)];
    }
    int width = kernels.products().tileOutputs();
    InputCodes codes =
        matrix.format() instanceof Sideways sideways && !matrix.transposed()
            ? sideways.inputs(matrix.planes(), matrix.order().row(from), outputs, k, inputs)
            : null;
    for (int i = 0; i < inputs; i += INPUTS) {
      int length = Math.min(INPUTS, inputs - i);
      if (codes == null) {
        decode(matrix, matrix.firstColumn() + k + i, length, from, outputs, kernels.unpacking());
      } else {
        for (int input = 0; input < length; input++) {
          codes.seek(k + i + input);
          kernels.unpacking().compose(codes, outputs, block, input * outputs);
        }
      }
      for (int n = 0; n < outputs; n += width) {
        int tile = tilesAt + n * inputs + i * width;
        if (n + width <= outputs) {
          kernels.unpacking().deal(block, n, outputs, length, width, tiles, tile);
        } else {
          deal(block, n, outputs, length, tiles, tile, width);
        }
      }
    }
  }

  /// Writes outputs `from`… of `count` stored rows to the block. Rows of 16 bits are all copied
  /// before they are widened, as in [HalvesPacking].
  private void decode(
      Matrix matrix, int row, int count, int from, int outputs, Unpacking unpacking) {
    Planes planes = matrix.planes();
    int column = matrix.order().row(from);
    if (matrix.format() instanceof Dense dense && dense.type().bytes() == Short.BYTES) {
      for (int i = 0; i < count; i++) {
        planes.halves(0, (long) (row + i) * planes.columns() + column, outputs, halves[i], 0);
      }
      for (int i = 0; i < count; i++) {
        unpacking.widen(dense.type(), halves[i], outputs, block, i * outputs);
      }
    } else {
      for (int i = 0; i < count; i++) {
        matrix.format().decode(planes, row + i, column, outputs, block, i * outputs);
      }
    }
  }

  /// Copies the last outputs, fewer than a tile has.
  private static void deal(
      float[] block, int at, int outputs, int inputs, float[] tiles, int tile, int width) {
    for (int i = 0; i < inputs; i++) {
      System.arraycopy(block, at + i * outputs, tiles, tile + i * width, outputs - at);
    }
  }
}
