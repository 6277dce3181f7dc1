package io.github.nonplus.device;

import io.github.nonplus.program.Instruction;
import io.github.nonplus.program.View;

/// What one instruction of a program wrote for a batch.
public sealed interface Observation {
  /// Which instruction it is: its place in [io.github.nonplus.program.Program#instructions].
  int index();

  Instruction instruction();

  /// The view that an instruction wrote ([Instruction#written]), in float32 whatever the device
  /// stores.
  ///
  /// @param values row by row, as many rows as the view's buffer has in the batch, each as wide as
  ///   the view
  record Written(int index, Instruction instruction, float[] values) implements Observation {
    /// Takes the view's columns out of the whole buffer.
    ///
    /// @param buffer row by row
    public static Written of(int index, Instruction instruction, float[] buffer) {
      View view = instruction.written().orElseThrow();
      int stride = view.buffer().width();
      if (view.width() == stride) {
        return new Written(index, instruction, buffer);
      }
      int rows = buffer.length / stride;
      float[] values = new float[rows * view.width()];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(
            buffer, row * stride + view.column(), values, row * view.width(), view.width());
      }
      return new Written(index, instruction, values);
    }
  }

  /// What a score yields.
  ///
  /// @param nll for each selected row the negative log-likelihood of its target, in nats
  record Scored(int index, Instruction instruction, double[] nll) implements Observation {}
}
