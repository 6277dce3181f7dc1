package io.github.nonplus.program.passes;

import io.github.nonplus.program.Program;

/// A function from program to program that keeps its meaning.
public interface Pass {
  /// What it does, as the name of a dump: `merge-projections`.
  String name();

  Program apply(Program program);
}
