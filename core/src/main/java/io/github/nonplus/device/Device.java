package io.github.nonplus.device;

import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.library.Function;
import io.github.nonplus.weights.ModelWeights;

/// Something that executes programs. To add one, add a package beside `device.cpu`, implement this
/// and [DeviceProvider], and name the provider in `META-INF/services`.
public interface Device extends AutoCloseable {
  /// The name under which it was asked for: `cpu`.
  String name();

  /// What it is, for results: processor, driver, version.
  String description();

  /// The kernels that it computes with, for results: `scalar`.
  String kernels();

  /// What it rounds to.
  Arithmetic arithmetic();

  /// All of the device that the bits of a loss depend on: devices of which it is equal give equal
  /// bits for equal programs, weights and windows, whatever machine they are in.
  default String identity() {
    return "%s, kernels %s".formatted(description(), kernels());
  }

  /// Threads of this process that it computes with.
  int threads();

  /// So many tokens of a batch it wants, to be busy, where neither the user nor a library's file
  /// says how many. If it wants no more than others: 0.
  default int wantedBatch() {
    return 0;
  }

  /// Prepares a program for batches of up to `tokens` tokens. The weights must stay open as long as
  /// the executable.
  ///
  /// @param code the kernels that the library brings; if none, the device's own
  /// @throws io.github.nonplus.failure.DeviceException if the library's kernels are made for other
  ///   devices, or are not this device's to the letter
  Executable load(Function function, DeviceCode code, ModelWeights weights, int tokens);

  /// The same with the device's own kernels.
  default Executable load(Function function, ModelWeights weights, int tokens) {
    return load(function, DeviceCode.NONE, weights, tokens);
  }

  @Override
  void close();
}
