package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.device.opencl.Allocations;
import io.github.nonplus.device.opencl.Angles;
import io.github.nonplus.device.opencl.Biases;
import io.github.nonplus.device.opencl.QueryTiles;
import io.github.nonplus.device.opencl.TensorCores;
import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.kernels.KernelCode;
import io.github.nonplus.device.opencl.kernels.KernelSet;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.device.opencl.tensor.PooledWeight.Spot;
import io.github.nonplus.program.op.Adjust;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Convolve;
import io.github.nonplus.program.op.Decay;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.ExpertMatMul;
import io.github.nonplus.program.op.FakeQuantize;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.Gather;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Route;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.Scan;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectKeys;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.op.Softplus;
import io.github.nonplus.program.op.Spread;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Linear;
import io.github.nonplus.program.operand.View;
import java.util.List;

/// From operations to work.
///
/// @param turns two numbers of attention's own, zero before and after each launch
/// @param units multiprocessors of the device: products are one work-group on each
record Lowering(
    TensorCores cores,
    KernelSet kernels,
    KernelCode code,
    PooledWeights weights,
    DeviceBuffers places,
    Scratch scratch,
    Memory turns,
    Allocations allocations,
    Queue queue,
    int units) {
  /// Work-items of a work-group where one element is as good as another.
  private static final int ELEMENTS = 64;

  /// Rows of a tile of attention.
  static final int QUERIES = 128;

  /// Bytes of the turns of attention.
  static final long TURNS = 8;

  /// A kernel, which the library must hold if it holds any.
  Kernel kernel(Specialization specialization) {
    code.require(specialization);
    return kernels.get(specialization);
  }

  /// The biases of linear layers on the device, null if there are none.
  Memory bias(List<Linear> parts) {
    float[] bias = Biases.of(parts, weights::values);
    if (bias == null) {
      return null;
    }
    Memory memory = allocations.take(4L * bias.length, "a bias");
    queue.write(memory, bias);
    return memory;
  }

  /// The pieces in which a product goes through the scratch.
  Pieces pieces(Stage stage, MatMul matmul) {
    return Product.pieces(stage, matmul, places.capacity(), units);
  }

  Work work(Stage stage) {
    return switch (stage.operation()) {
      case Embed embed -> embed(embed);
      case Norm norm -> norm(norm);
      case MatMul matmul -> Product.of(this, stage, matmul);
      case Rotate rotate -> rotate(rotate);
      case Attend attend -> attend(attend);
      case Combine add -> add(add);
      case SelectRows select -> select(select);
      case Score score -> new ScoreWork(score, this);
      case Gate _,
          Elementwise _,
          Scale _,
          Adjust _,
          FakeQuantize _,
          Concatenate _,
          Convolve _,
          Softplus _,
          Decay _,
          Scan _,
          Route _,
          Spread _,
          ExpertMatMul _,
          Gather _,
          SelectKeys _ ->
          throw new IllegalStateException("no kernel for " + stage.operation().text());
    };
  }

  private Work embed(Embed embed) {
    PooledWeight table = weights.matrix(embed.table());
    Kernel kernel = kernel(TensorKernels.embed(table.form()));
    int width = embed.output().width();
    return queue -> {
      Arguments arguments = kernel.arguments().memory(places.arena()).memory(places.inputs().ids());
      table.addTo(arguments).index(places.at(embed.output())).number(width);
      elements(queue, arguments, width, places.rows(embed.output()));
    };
  }

  private Work norm(Norm norm) {
    Kernel kernel = kernel(TensorKernels.norm(norm.output().width()));
    Spot weight = weights.vector(norm.weight());
    return queue -> {
      Arguments arguments =
          kernel
              .arguments()
              .memory(places.arena())
              .index(places.at(norm.input()))
              .memory(weight.memory())
              .index(weight.at() / 4)
              .real((float) norm.epsilon())
              .memory(places.arena())
              .index(places.at(norm.output()));
      queue.launch(arguments, TensorKernels.NORM_LANES, 1, places.rows(norm.output()), 1);
    };
  }

  private Work rotate(Rotate rotate) {
    View vector = rotate.vector();
    Kernel kernel = kernel(TensorKernels.rotate());
    Angles angles = places.inputs().angles(rotate.rotation(), rotate.headSize());
    int pairs = vector.width() / 2;
    return queue -> {
      Arguments arguments =
          kernel
              .arguments()
              .memory(places.arena())
              .index(places.at(vector))
              .number(vector.buffer().width())
              .memory(angles.cosine())
              .memory(angles.sine())
              .memory(angles.rows())
              .number(rotate.headSize() / 2)
              .number(pairs);
      elements(queue, arguments, pairs / 8, places.rows(vector.buffer()));
    };
  }

  private Work attend(Attend attend) {
    Kernel kernel = kernel(TensorKernels.attend(cores, attend.keySize()));
    QueryTiles tiles = places.inputs().tiles(QUERIES, attend.output().rows());
    Buffer output = attend.output();
    boolean fillsTiles = output.width() % Form.TILE_COLUMNS == 0;
    return queue -> {
      if (!fillsTiles) {
        long bytes = Form.HALF_TILES.bytes(output.width(), places.capacity());
        queue.zero(places.arena(), 2 * places.at(output), bytes);
      }
      if (tiles.count() == 0) {
        return;
      }
      Arguments arguments = kernel.arguments();
      for (View view : attend.inputs()) {
        arguments.memory(places.arena()).number(places.eighth(view)).number(view.buffer().width());
      }
      arguments
          .memory(places.arena())
          .number(places.eighth(output))
          .number(Form.tiles(output.width()))
          .memory(tiles.rowsOf())
          .memory(tiles.startsOf())
          .memory(tiles.tiles())
          .number(tiles.count())
          .number(attend.heads())
          .memory(turns)
          .real((float) attend.scale())
          .number(attend.headsPerKey());
      launch(arguments);
    };
  }

  private Work add(Combine add) {
    Kernel kernel = kernel(TensorKernels.sum());
    int width = add.output().width();
    return queue -> {
      Arguments arguments = kernel.arguments().memory(places.arena());
      List.of(add.left().buffer(), add.right().buffer(), add.output())
          .forEach(buffer -> arguments.index(places.at(buffer)).number(width));
      arguments.number(width);
      elements(queue, arguments, width, places.rows(add.output()));
    };
  }

  private Work select(SelectRows select) {
    Kernel kernel = kernel(TensorKernels.select());
    int width = select.output().width();
    return queue -> {
      Arguments arguments =
          kernel.arguments().memory(places.arena()).memory(places.inputs().selected());
      List.of(select.input().buffer(), select.output())
          .forEach(buffer -> arguments.index(places.at(buffer)).number(width));
      arguments.number(width);
      elements(queue, arguments, width, places.rows(select.output()));
    };
  }

  /// Starts a kernel for tensor cores: a work-group on each multiprocessor.
  void launch(Arguments arguments) {
    queue.launch(arguments, cores.workItems(), 1, units, 1);
  }

  static void elements(Queue queue, Arguments arguments, int width, int rows) {
    queue.launch(arguments, ELEMENTS, 1, Math.ceilDiv(width, ELEMENTS), rows);
  }
}
