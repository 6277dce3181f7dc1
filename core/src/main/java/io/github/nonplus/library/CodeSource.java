package io.github.nonplus.library;

import io.github.nonplus.program.Program;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Where the compiler gets a device's kernels from.
@FunctionalInterface
public interface CodeSource {
  /// The kernels that a device of that name needs for some programs. The device itself need not be
  /// there if its limits are known without it.
  ///
  /// @param kernels those that the user named, if any
  /// @param forms in which each matrix may be stored, by its name in the checkpoint
  DeviceCode code(
      String device,
      Optional<String> kernels,
      List<Program> programs,
      Map<String, List<MatrixForm>> forms);
}
