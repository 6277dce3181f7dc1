package io.github.nonplus.device;

import io.github.nonplus.program.op.Operation;

/// Changes what operations of a program wrote before others read it, to learn what such a change
/// does to the rest.
@FunctionalInterface
public interface Disturbance {
  /// @param index of the operation in the program
  /// @param values of the view that it wrote, row by row, to be changed in place
  void disturb(int index, Operation operation, float[] values);
}
