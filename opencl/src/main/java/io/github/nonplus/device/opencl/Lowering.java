package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.kernels.KernelSet;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.Instruction.Add;
import io.github.nonplus.program.Instruction.Attend;
import io.github.nonplus.program.Instruction.Embed;
import io.github.nonplus.program.Instruction.Gate;
import io.github.nonplus.program.Instruction.Norm;
import io.github.nonplus.program.Instruction.Rotate;
import io.github.nonplus.program.Instruction.SelectRows;
import io.github.nonplus.program.View;

/// From instructions to steps.
record Lowering(
    Profile profile,
    KernelSet kernels,
    DeviceWeights weights,
    Frame frame,
    Allocations allocations,
    Queue queue,
    int tokens) {
  /// Work-items of a work-group where one element is as good as another.
  private static final int ELEMENTS = 64;

  Step step(Instruction instruction) {
    return switch (instruction) {
      case Embed embed -> embed(embed);
      case Norm norm -> norm(norm);
      case Instruction.MatMul matmul -> ProductStep.of(matmul, this);
      case Rotate rotate -> rotate(rotate);
      case Attend attend -> attend(attend);
      case Gate gate -> gate(gate);
      case Add add -> add(add);
      case SelectRows select -> select(select);
      case Instruction.Score score -> new ScoreStep(score, this);
    };
  }

  private Step embed(Embed embed) {
    DeviceWeight table = weights.matrix(embed.table());
    Kernel kernel = kernels.get(elementwise("embed.cl").with(table.definitions()));
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena()).memory(frame.ids());
      table.addTo(arguments);
      view(arguments, frame, embed.output().view());
      elements(queue, arguments, embed.output().width(), frame.batch().tokens());
    };
  }

  private Step norm(Norm norm) {
    int lanes = profile.lanes(ELEMENTS);
    Kernel kernel = kernels.get(elementwise("rms_norm.cl").with("LANES", lanes));
    Memory weight = weights.vector(norm.weight());
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena());
      view(arguments, frame, norm.input());
      arguments.memory(weight).real((float) norm.epsilon());
      view(arguments, frame, norm.output().view());
      arguments.number(norm.output().width());
      queue.launch(arguments, lanes, 1, frame.rows(norm.output()), 1);
    };
  }

  private Step rotate(Rotate rotate) {
    Kernel kernel = kernels.get(elementwise("rotate.cl"));
    Angles angles = frame.angles(rotate.rotation(), rotate.headSize());
    int pairs = rotate.vector().width() / 2;
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena());
      view(arguments, frame, rotate.vector());
      arguments
          .memory(angles.cosine())
          .memory(angles.sine())
          .memory(angles.rows())
          .number(rotate.headSize() / 2)
          .number(pairs);
      elements(queue, arguments, pairs, frame.batch().tokens());
    };
  }

  private Step attend(Attend attend) {
    AttendShape shape = AttendShape.of(profile, attend.headSize());
    Kernel kernel = kernels.get(Specialization.of("attend.cl").with(shape.definitions()));
    QueryTiles tiles = frame.tiles(shape.queries(), attend.output().rows());
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena());
      view(arguments, frame, attend.query());
      view(arguments, frame, attend.key());
      view(arguments, frame, attend.value());
      view(arguments, frame, attend.output().view());
      arguments
          .memory(tiles.rowsOf())
          .memory(tiles.startsOf())
          .memory(tiles.tiles())
          .real((float) attend.scale())
          .number(attend.headsPerKey());
      queue.launch(arguments, shape.lanes(), 1, tiles.count(), attend.heads());
    };
  }

  private Step gate(Gate gate) {
    Kernel kernel =
        switch (gate.activation()) {
          case SILU -> kernels.get(elementwise("gate.cl"));
        };
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena());
      view(arguments, frame, gate.gate());
      view(arguments, frame, gate.up());
      view(arguments, frame, gate.output().view());
      arguments.number(gate.output().width());
      elements(queue, arguments, gate.output().width(), frame.rows(gate.output()));
    };
  }

  private Step add(Add add) {
    Kernel kernel = kernels.get(elementwise("add.cl"));
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena());
      view(arguments, frame, add.left());
      view(arguments, frame, add.right());
      view(arguments, frame, add.output().view());
      arguments.number(add.output().width());
      elements(queue, arguments, add.output().width(), frame.rows(add.output()));
    };
  }

  private Step select(SelectRows select) {
    Kernel kernel = kernels.get(elementwise("select.cl"));
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena()).memory(frame.selected());
      view(arguments, frame, select.input());
      view(arguments, frame, select.output().view());
      arguments.number(select.output().width());
      elements(queue, arguments, select.output().width(), frame.rows(select.output()));
    };
  }

  private static Specialization elementwise(String file) {
    return Specialization.of(file).with("VEC", 1);
  }

  /// Adds a view's first element and the stride of its rows.
  static void view(Arguments arguments, Frame frame, View view) {
    arguments.index(frame.at(view)).number(view.buffer().width());
  }

  private void elements(Queue queue, Arguments arguments, int width, int rows) {
    int lanes = profile.lanes(ELEMENTS);
    queue.launch(arguments, lanes, 1, Math.ceilDiv(width, lanes), rows);
  }
}
