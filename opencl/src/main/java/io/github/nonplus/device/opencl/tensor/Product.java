package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.device.opencl.Angles;
import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.tensor.Pieces.Piece;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import java.util.ArrayList;
import java.util.List;

/// Linear layers side by side, by the tensor cores: a piece of their weights is expanded into the
/// scratch and multiplied in one launch, then the next.
final class Product {
  private final Lowering lowering;
  private final MatMul matmul;
  private final DeviceBuffers places;
  private final int inputTiles;

  private Product(Lowering lowering, MatMul matmul) {
    this.lowering = lowering;
    this.matmul = matmul;
    this.places = lowering.places();
    this.inputTiles = Form.tiles(matmul.input().width());
  }

  static Work of(Lowering lowering, Stage stage, MatMul matmul) {
    Product product = new Product(lowering, matmul);
    return stage.gate() != null ? product.gated(stage) : product.stored(stage);
  }

  /// The pieces of a product's weights.
  ///
  /// @param rows of a full batch
  /// @param units multiprocessors
  static Pieces pieces(Stage stage, MatMul matmul, int rows, int units) {
    int tiles =
        stage.gate() != null
            ? Math.ceilDiv(stage.gate().output().width(), Scratch.HALF_TILE)
            : Math.ceilDiv(matmul.output().width(), Scratch.TILE_OUTPUTS);
    return Pieces.of(tiles, matmul.input().width(), rows, units);
  }

  /// A product whose output is its own, or is added to a residual.
  private Work stored(Stage stage) {
    Buffer output = matmul.output();
    List<Rotate> rotations = stage.rotations();
    Memory bias = lowering.bias(matmul.parts());
    Angles angles =
        rotations.isEmpty()
            ? null
            : places
                .inputs()
                .angles(rotations.getFirst().rotation(), rotations.getFirst().headSize());
    boolean adds = places.form(output) == Form.FLOAT_ROWS;
    Kernel kernel =
        lowering.kernel(
            adds
                ? TensorKernels.add(lowering.cores())
                : TensorKernels.store(lowering.cores(), rotations));
    List<Work> pieces = new ArrayList<>();
    if (adds) {
      pieces.add(this::placeResidual);
    }
    for (Piece piece : lowering.pieces(stage, matmul).list()) {
      pieces.addAll(expansions(piece));
      int first = piece.firstOutput();
      pieces.add(
          queue -> {
            Arguments arguments =
                kernel
                    .arguments()
                    .memory(places.arena())
                    .number(places.eighth(matmul.input()))
                    .memory(lowering.scratch().memory())
                    .memory(bias == null ? lowering.scratch().memory() : bias)
                    .number(bias == null ? 0 : 1)
                    .memory(places.arena())
                    .number(places.eighth(output))
                    .number(output.width())
                    .number(first)
                    .number(places.rows(output))
                    .number(piece.endOutput(output.width()) - first)
                    .number(inputTiles);
            if (angles != null) {
              arguments
                  .memory(angles.cosine())
                  .memory(angles.sine())
                  .memory(angles.rows())
                  .number(stage.rotated() - first);
            }
            lowering.launch(arguments);
          });
    }
    return Work.of(pieces);
  }

  /// Expands a piece of all parts' outputs, which lie one behind the other.
  private List<Work> expansions(Piece piece) {
    List<Work> expansions = new ArrayList<>();
    int begin = 0;
    for (Linear part : matmul.parts()) {
      PooledWeight weight = lowering.weights().matrix(part.weight());
      int from = Math.max(begin, piece.firstOutput());
      int to = Math.min(begin + weight.outputs(), piece.endOutput(matmul.output().width()));
      if (from < to) {
        PooledWeight slice = weight.slice(from - begin, to - from);
        expansions.add(lowering.scratch().expansion(slice, from - piece.firstOutput(), lowering));
      }
      begin += weight.outputs();
    }
    return expansions;
  }

  /// What the sums are added to is there before they come.
  private void placeResidual(Queue queue) {
    Buffer output = matmul.output();
    long at = 4 * places.at(output);
    long bytes = 4L * places.rows(output) * output.width();
    if (matmul.residual() == null) {
      queue.zero(places.arena(), at, bytes);
    } else if (!places.same(matmul.residual().buffer(), output)) {
      queue.copy(places.arena(), 4 * places.at(matmul.residual()), at, bytes);
    }
  }

  /// The product of gate and up, with their gate.
  private Work gated(Stage stage) {
    Gate gate = stage.gate();
    int width = gate.output().width();
    Kernel kernel = lowering.kernel(TensorKernels.gate(lowering.cores()));
    List<Work> pieces = new ArrayList<>();
    for (Piece piece : lowering.pieces(stage, matmul).list()) {
      int first = piece.first() * Scratch.HALF_TILE;
      int count = Math.min(width - first, piece.tiles() * Scratch.HALF_TILE);
      for (int half = 0; half < 2; half++) {
        PooledWeight weight = lowering.weights().matrix(matmul.parts().get(half).weight());
        pieces.add(lowering.scratch().half(weight.slice(first, count), half, lowering));
      }
      pieces.add(
          queue -> {
            Arguments arguments =
                kernel
                    .arguments()
                    .memory(places.arena())
                    .number(places.eighth(matmul.input()))
                    .memory(lowering.scratch().memory())
                    .memory(places.arena())
                    .number(places.eighth(gate.output()))
                    .number(Form.tiles(width))
                    .number(first)
                    .number(places.rows(gate.output()))
                    .number(piece.tiles() * Scratch.TILE_OUTPUTS)
                    .number(inputTiles);
            lowering.launch(arguments);
          });
    }
    return Work.of(pieces);
  }
}
