package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Buffer;
import io.github.nonplus.program.Instruction.Add;
import io.github.nonplus.program.Instruction.Embed;
import io.github.nonplus.program.Instruction.Gate;
import io.github.nonplus.program.Instruction.Norm;
import io.github.nonplus.program.Instruction.SelectRows;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;

/// The instructions that treat every token by itself.
final class RowSteps {
  private RowSteps() {}

  /// One strip of an instruction's result.
  @FunctionalInterface
  private interface Strip {
    void compute(Frame frame, int worker, int strip);
  }

  static Step embed(Embed embed, ModelWeights weights, Scratch[] scratch) {
    Matrix table =
        weights.matrix(embed.table().name(), embed.table().outputs(), embed.table().inputs());
    return strips(
        embed.output(),
        (frame, worker, strip) -> {
          float[] row = scratch[worker].row;
          int width = frame.layout().width();
          int end = Math.min(frame.rows(embed.output()), (strip + 1) * width);
          for (int token = strip * width; token < end; token++) {
            int id = frame.batch().ids()[token];
            table.decode(id, id + 1, row, 0);
            frame.write(embed.output().view(), token, row);
          }
        });
  }

  static Step norm(Norm norm, ModelWeights weights, Kernels kernels) {
    float[] weight = weights.vector(norm.weight().name(), norm.weight().outputs());
    return strips(
        norm.output(),
        (frame, _, strip) ->
            kernels
                .strips()
                .norm(
                    frame.arena(),
                    frame.at(norm.input(), strip),
                    weight,
                    norm.epsilon(),
                    frame.arena(),
                    frame.at(norm.output().view(), strip)));
  }

  static Step gate(Gate gate, Kernels kernels) {
    return strips(
        gate.output(),
        (frame, _, strip) ->
            kernels
                .strips()
                .gate(
                    gate.activation(),
                    frame.arena(),
                    frame.at(gate.gate(), strip),
                    frame.arena(),
                    frame.at(gate.up(), strip),
                    frame.arena(),
                    frame.at(gate.output().view(), strip),
                    gate.output().width() * frame.layout().width()));
  }

  static Step add(Add add, Kernels kernels) {
    return strips(
        add.output(),
        (frame, _, strip) ->
            kernels
                .strips()
                .add(
                    frame.arena(),
                    frame.at(add.left(), strip),
                    frame.arena(),
                    frame.at(add.right(), strip),
                    frame.arena(),
                    frame.at(add.output().view(), strip),
                    add.output().width() * frame.layout().width()));
  }

  static Step select(SelectRows select, Scratch[] scratch) {
    return strips(
        select.output(),
        (frame, worker, strip) -> {
          float[] row = scratch[worker].row;
          int width = frame.layout().width();
          int end = Math.min(frame.rows(select.output()), (strip + 1) * width);
          for (int selected = strip * width; selected < end; selected++) {
            frame.read(select.input(), frame.batch().selected()[selected], row, 0);
            frame.write(select.output().view(), selected, row);
          }
        });
  }

  private static Step strips(Buffer output, Strip strip) {
    return (frame, workers) ->
        workers.run(frame.strips(output), (worker, index) -> strip.compute(frame, worker, index));
  }
}
