package io.github.nonplus.model.decoder;

import io.github.nonplus.program.operand.Buffer;

/// What a branch computes between its norms: attention, a feed-forward layer, or whatever else a
/// family mixes its rows with.
public interface Part {
  /// Adds its operations to a program.
  ///
  /// @param layer counted from 0
  /// @param in what it reads
  /// @return its result, as wide as the residual stream
  Buffer build(ProgramBuilder program, int layer, Buffer in);
}
