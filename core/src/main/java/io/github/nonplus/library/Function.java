package io.github.nonplus.library;

import io.github.nonplus.program.MemoryPlan;
import io.github.nonplus.program.Program;

/// One entry point of a library. Where its buffers lie follows from the program, so that a damaged
/// file cannot make them overlap.
public record Function(Program program) {
  /// The function of a program.
  public static Function of(Program program) {
    return new Function(program);
  }

  /// Where its buffers lie.
  public MemoryPlan plan() {
    return MemoryPlan.of(program);
  }
}
