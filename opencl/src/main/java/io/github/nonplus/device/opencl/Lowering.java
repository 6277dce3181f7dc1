package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Kernel;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.device.opencl.binding.Queue;
import io.github.nonplus.device.opencl.kernels.KernelCode;
import io.github.nonplus.device.opencl.kernels.KernelSet;
import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Combine;
import io.github.nonplus.program.op.Concatenate;
import io.github.nonplus.program.op.Elementwise;
import io.github.nonplus.program.op.Embed;
import io.github.nonplus.program.op.Gate;
import io.github.nonplus.program.op.MatMul;
import io.github.nonplus.program.op.Norm;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.op.Scale;
import io.github.nonplus.program.op.Score;
import io.github.nonplus.program.op.SelectRows;
import io.github.nonplus.program.operand.View;

/// From operations to steps.
///
/// @param texture null if the profile has none
record Lowering(
    Specializations specializations,
    KernelSet kernels,
    KernelCode code,
    DeviceWeights weights,
    Frame frame,
    Texture texture,
    Allocations allocations,
    Queue queue,
    int tokens) {
  private static final int ELEMENTS = Specializations.ELEMENTS;

  Profile profile() {
    return specializations.profile();
  }

  /// A kernel, which the library must hold if it holds any.
  Kernel kernel(Specialization specialization) {
    code.require(specialization);
    Kernel kernel = kernels.get(specialization);
    profile().require(kernel.name(), kernel.facts());
    return kernel;
  }

  Step step(Operation operation) {
    Settings.require(operation);
    return switch (operation) {
      case Embed embed -> embed(embed);
      case Norm norm -> norm(norm);
      case MatMul matmul -> ProductStep.of(matmul, this);
      case Rotate rotate -> rotate(rotate);
      case Attend attend -> attend(attend);
      case Gate gate -> gate(gate);
      case Combine add -> add(add);
      case SelectRows select -> select(select);
      case Elementwise _, Scale _, Concatenate _ -> throw Settings.refusal(operation);
      case Score score -> new ScoreStep(score, this);
    };
  }

  private Step embed(Embed embed) {
    DeviceWeight table = weights.matrix(embed.table());
    Kernel kernel = kernel(specializations.embed(table.form()));
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena()).memory(frame.inputs().ids());
      table.addTo(arguments);
      view(arguments, frame, embed.output().view());
      elements(queue, arguments, embed.output().width(), frame.batch().tokens());
    };
  }

  private Step norm(Norm norm) {
    int lanes = profile().lanes(ELEMENTS);
    Kernel kernel = kernel(specializations.norm());
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
    Kernel kernel = kernel(specializations.rotate());
    Angles angles = frame.inputs().angles(rotate.rotation(), rotate.headSize());
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
    AttendShape shape = AttendShape.of(profile(), attend.keySize());
    Kernel kernel = kernel(specializations.attend(attend.keySize()));
    QueryTiles tiles = frame.inputs().tiles(shape.queries(), attend.output().rows());
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
    Kernel kernel = kernel(specializations.gate(gate.activation()));
    return (frame, queue) -> {
      Arguments arguments = kernel.arguments().memory(frame.arena());
      view(arguments, frame, gate.gate());
      view(arguments, frame, gate.up());
      view(arguments, frame, gate.output().view());
      arguments.number(gate.output().width());
      elements(queue, arguments, gate.output().width(), frame.rows(gate.output()));
    };
  }

  private Step add(Combine add) {
    Kernel kernel = kernel(specializations.add());
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
    Kernel kernel = kernel(specializations.select());
    return (frame, queue) -> {
      Arguments arguments =
          kernel.arguments().memory(frame.arena()).memory(frame.inputs().selected());
      view(arguments, frame, select.input());
      view(arguments, frame, select.output().view());
      arguments.number(select.output().width());
      elements(queue, arguments, select.output().width(), frame.rows(select.output()));
    };
  }

  /// Adds a view's first element and the stride of its rows.
  static void view(Arguments arguments, Frame frame, View view) {
    arguments.index(frame.at(view)).number(view.buffer().width());
  }

  private void elements(Queue queue, Arguments arguments, int width, int rows) {
    int lanes = profile().lanes(ELEMENTS);
    queue.launch(arguments, lanes, 1, Math.ceilDiv(width, lanes), rows);
  }
}
