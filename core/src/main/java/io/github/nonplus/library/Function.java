package io.github.nonplus.library;

import io.github.nonplus.program.MemoryPlan;
import io.github.nonplus.program.Program;

/// One entry point of a library: a program and where its buffers lie. The plan must be the one that
/// follows from the program, so that a damaged file cannot make buffers overlap.
public record Function(Program program, MemoryPlan plan) {
  public Function {
    if (!MemoryPlan.of(program).equals(plan)) {
      throw new IllegalArgumentException("the memory plan does not follow from the program");
    }
  }

  /// Plans the memory of a program.
  public static Function of(Program program) {
    return new Function(program, MemoryPlan.of(program));
  }
}
