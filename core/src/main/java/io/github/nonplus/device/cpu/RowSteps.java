package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Instruction.Add;
import io.github.nonplus.program.Instruction.Embed;
import io.github.nonplus.program.Instruction.Gate;
import io.github.nonplus.program.Instruction.Norm;
import io.github.nonplus.program.Instruction.SelectRows;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;

/// The instructions that work row by row.
final class RowSteps {
  private static final int ROWS_PER_TASK = 16;

  private RowSteps() {}

  /// One row of an instruction's result.
  @FunctionalInterface
  private interface Row {
    void compute(Frame frame, int row);
  }

  static Step embed(Embed embed, ModelWeights weights) {
    Matrix table =
        weights.matrix(embed.table().name(), embed.table().outputs(), embed.table().inputs());
    Row copy =
        (frame, row) -> {
          int id = frame.batch().ids()[row];
          table.decode(id, id + 1, frame.arena(), frame.at(embed.output(), row));
        };
    return (frame, workers) -> rows(frame, workers, frame.rows(embed.output()), copy);
  }

  static Step norm(Norm norm, ModelWeights weights, Kernels kernels) {
    float[] weight = weights.vector(norm.weight().name(), norm.weight().outputs());
    Row normalize =
        (frame, row) ->
            kernels
                .rows()
                .norm(
                    frame.arena(),
                    frame.at(norm.input(), row),
                    weight,
                    norm.epsilon(),
                    frame.arena(),
                    frame.at(norm.output(), row));
    return (frame, workers) -> rows(frame, workers, frame.rows(norm.output()), normalize);
  }

  static Step gate(Gate gate, Kernels kernels) {
    Row multiply =
        switch (gate.activation()) {
          case SILU ->
              (frame, row) ->
                  kernels
                      .rows()
                      .gateSilu(
                          frame.arena(),
                          frame.at(gate.gate(), row),
                          frame.arena(),
                          frame.at(gate.up(), row),
                          frame.arena(),
                          frame.at(gate.output(), row),
                          gate.output().width());
        };
    return (frame, workers) -> rows(frame, workers, frame.rows(gate.output()), multiply);
  }

  static Step add(Add add, Kernels kernels) {
    Row sum =
        (frame, row) ->
            kernels
                .rows()
                .add(
                    frame.arena(),
                    frame.at(add.left(), row),
                    frame.arena(),
                    frame.at(add.right(), row),
                    frame.arena(),
                    frame.at(add.output(), row),
                    add.output().width());
    return (frame, workers) -> rows(frame, workers, frame.rows(add.output()), sum);
  }

  static Step select(SelectRows select) {
    Row copy =
        (frame, row) ->
            System.arraycopy(
                frame.arena(),
                frame.at(select.input(), frame.batch().selected()[row]),
                frame.arena(),
                frame.at(select.output(), row),
                select.output().width());
    return (frame, workers) -> rows(frame, workers, frame.rows(select.output()), copy);
  }

  private static void rows(Frame frame, Workers workers, int rows, Row row) {
    workers.run(
        Math.ceilDiv(rows, ROWS_PER_TASK),
        (_, task) -> {
          int first = task * ROWS_PER_TASK;
          for (int r = first; r < Math.min(rows, first + ROWS_PER_TASK); r++) {
            row.compute(frame, r);
          }
        });
  }
}
