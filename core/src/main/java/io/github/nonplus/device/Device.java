package io.github.nonplus.device;

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

  /// Threads of this process that it computes with.
  int threads();

  /// Prepares a program for batches of up to `tokens` tokens. The weights must stay open as long as
  /// the executable.
  Executable load(Function function, ModelWeights weights, int tokens);

  @Override
  void close();
}
