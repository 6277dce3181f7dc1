package io.github.nonplus.device.opencl.tensor;

import io.github.nonplus.device.opencl.binding.Arguments;
import io.github.nonplus.device.opencl.binding.Memory;
import io.github.nonplus.weights.MatrixForm;
import java.util.Objects;

/// A weight matrix in device memory, stored as it was in its file, or a slice of it.
///
/// @param codes where its packed words are, or the numbers of a dense matrix
/// @param scales the same place again if there are none
/// @param storedRows outputs of the whole stored matrix
record PooledWeight(
    Spot codes,
    Spot scales,
    int storedRows,
    int firstRow,
    int outputs,
    int depth,
    MatrixForm form) {
  /// A place in device memory.
  ///
  /// @param at in bytes
  record Spot(Memory memory, long at) {}

  /// Outputs `first` to `first + count` of it.
  PooledWeight slice(int first, int count) {
    Objects.checkFromIndexSize(first, count, outputs);
    return new PooledWeight(codes, scales, storedRows, firstRow + first, count, depth, form);
  }

  /// Adds the parameters of pooled_weight.cl.
  Arguments addTo(Arguments arguments) {
    return arguments
        .memory(codes.memory())
        .index(codes.at())
        .memory(scales.memory())
        .index(scales.at())
        .number(storedRows)
        .number(firstRow)
        .number(outputs)
        .number(depth);
  }
}
