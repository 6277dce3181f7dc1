package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.kernels.Specialization;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The kernels of one operation: which it needs, what memory, and how they become a step once
/// weights are there.
interface OperationKernels {
  /// The kernels that it needs. They follow from shapes and from how weights are stored, not from
  /// weights, so a library can take them along.
  ///
  /// @param forms in which each of its matrices may be stored
  Stream<Specialization> specializations(List<MatrixForm> forms);

  /// Why the device cannot compute it: a setting and its limit, to follow the operation's name.
  default Optional<String> refusal() {
    return Optional.empty();
  }

  /// Bytes of device memory that it takes for itself, beside parameters and what batches bring.
  ///
  /// @param tokens the most of a batch
  default long bytes(int tokens) {
    return 0;
  }

  /// What it needs to know of a batch beside ids and rows.
  default Set<BatchFact> facts() {
    return Set.of();
  }

  /// Columns of the rows that it multiplies by a matrix; 0 if it does not.
  default int depth() {
    return 0;
  }

  /// Builds the kernels.
  Step prepare(Resources resources);
}
