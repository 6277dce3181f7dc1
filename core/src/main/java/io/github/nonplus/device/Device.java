package io.github.nonplus.device;

import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Program;
import io.github.nonplus.weights.ModelWeights;

/// Something that executes programs. To add one, add a package beside `device.cpu`, implement this
/// and [DeviceProvider], and name the provider in `META-INF/services`.
public interface Device extends AutoCloseable {
  /// The name under which it was asked for: `cpu`.
  String name();

  /// What it is, for results: processor, driver, version.
  String description();

  /// The kernels that it computes most programs with: `scalar`.
  String kernels();

  /// How it computes a program. Asked before anything is loaded.
  ///
  /// @param code the kernels that the library brings; if none, the device's own
  /// @throws io.github.nonplus.failure.DeviceException if it cannot, naming the operation, the
  ///   setting that it has no kernel for, and what to do
  Computation computation(Program program, DeviceCode code);

  /// The same with the device's own kernels.
  default Computation computation(Program program) {
    return computation(program, DeviceCode.NONE);
  }

  /// All of the device that the bits of a program's losses depend on: devices of which it is equal
  /// give equal bits for equal weights and windows, whatever machine they are in.
  default String identity(Computation computation) {
    return "%s, kernels %s".formatted(description(), computation.kernels());
  }

  /// Tells it what it will load, where weights are read before: one that has something to prepare
  /// does so meanwhile. Not needed.
  default void expect(Function function) {}

  /// Threads of this process that it computes with.
  int threads();

  /// Prepares a program that it computes for batches of up to `tokens` tokens. The weights must
  /// stay open as long as the executable.
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
