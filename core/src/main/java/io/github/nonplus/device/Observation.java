package io.github.nonplus.device;

import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.operand.View;

/// What one operation of a program wrote for a batch.
public sealed interface Observation {
  /// Which operation it is: its place in [io.github.nonplus.program.Program#operations].
  int index();

  Operation operation();

  /// The view that an operation wrote ([Operation#written]), in float32 whatever the device stores.
  ///
  /// @param values row by row, as many rows as the view's buffer has in the batch, each as wide as
  ///   the view
  record Written(int index, Operation operation, float[] values) implements Observation {
    /// Takes the view's columns out of the whole buffer.
    ///
    /// @param buffer row by row
    public static Written of(int index, Operation operation, float[] buffer) {
      View view = operation.written().orElseThrow();
      int stride = view.buffer().width();
      if (view.width() == stride) {
        return new Written(index, operation, buffer);
      }
      int rows = buffer.length / stride;
      float[] values = new float[rows * view.width()];
      for (int row = 0; row < rows; row++) {
        System.arraycopy(
            buffer, row * stride + view.column(), values, row * view.width(), view.width());
      }
      return new Written(index, operation, values);
    }
  }

  /// What a score yields.
  ///
  /// @param nll for each selected row the negative log-likelihood of its target, in nats
  record Scored(int index, Operation operation, double[] nll) implements Observation {}
}
