package io.github.nonplus.device.opencl.hopper;

import io.github.nonplus.device.opencl.Angles;
import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction.Gate;
import io.github.nonplus.program.Instruction.MatMul;
import io.github.nonplus.program.Instruction.Rotate;
import io.github.nonplus.program.Linear;
import java.util.ArrayList;
import java.util.List;

/// Linear layers side by side, by the tensor cores: their weights are expanded into the scratch,
/// then multiplied in one launch.
final class Product {
  /// Work-items of a work-group: a group of warps that copies, and two that multiply.
  static final int WORK_ITEMS = 384;

  private final Lowering lowering;
  private final MatMul matmul;
  private final Places places;
  private final int inputTiles;

  private Product(Lowering lowering, MatMul matmul) {
    this.lowering = lowering;
    this.matmul = matmul;
    this.places = lowering.places();
    this.inputTiles = Form.tiles(matmul.input().width());
    Lowering.requireWhole(matmul.input());
  }

  static Work of(Lowering lowering, Operation operation, MatMul matmul) {
    Product product = new Product(lowering, matmul);
    return operation.gate() != null
        ? product.gated(operation.gate())
        : product.stored(operation.rotations(), operation.rotated());
  }

  /// A product whose output is its own, or is added to a residual.
  private Work stored(List<Rotate> rotations, int rotated) {
    Buffer output = matmul.output();
    List<Work> expansions = new ArrayList<>();
    int column = 0;
    for (Linear part : matmul.parts()) {
      PooledWeight weight = lowering.weights().matrix(part.weight());
      expansions.add(lowering.scratch().expansion(weight, column, lowering));
      column += weight.outputs();
    }
    Memory bias = lowering.bias(matmul.parts());
    Angles angles =
        rotations.isEmpty()
            ? null
            : places
                .inputs()
                .angles(rotations.getFirst().rotation(), rotations.getFirst().headSize());
    boolean adds = places.form(output) == Form.FLOAT_ROWS;
    Kernel kernel = lowering.kernel(adds ? HopperKernels.add() : HopperKernels.store(rotations));
    return queue -> {
      expansions.forEach(each -> each.run(queue));
      if (adds) {
        placeResidual(queue);
      }
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
              .number(output.width());
      if (adds) {
        arguments.number(0);
      }
      arguments.number(places.rows(output)).number(output.width()).number(inputTiles);
      if (angles != null) {
        arguments
            .memory(angles.cosine())
            .memory(angles.sine())
            .memory(angles.rows())
            .number(rotated);
      }
      queue.launch(arguments, WORK_ITEMS, 1, lowering.units(), 1);
    };
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
  private Work gated(Gate gate) {
    List<Work> expansions = new ArrayList<>();
    for (int turn = 0; turn < 2; turn++) {
      PooledWeight weight = lowering.weights().matrix(matmul.parts().get(turn).weight());
      expansions.add(lowering.scratch().turns(weight, turn, lowering));
    }
    int width = gate.output().width();
    int outputs = Math.ceilDiv(width, Scratch.TURN) * Scratch.TILE_OUTPUTS;
    Kernel kernel = lowering.kernel(HopperKernels.gate(gate.activation()));
    return queue -> {
      expansions.forEach(each -> each.run(queue));
      Arguments arguments =
          kernel
              .arguments()
              .memory(places.arena())
              .number(places.eighth(matmul.input()))
              .memory(lowering.scratch().memory())
              .memory(places.arena())
              .number(places.eighth(gate.output()))
              .number(Form.tiles(width))
              .number(places.rows(gate.output()))
              .number(outputs)
              .number(inputTiles);
      queue.launch(arguments, WORK_ITEMS, 1, lowering.units(), 1);
    };
  }
}
