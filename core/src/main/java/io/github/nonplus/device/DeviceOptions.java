package io.github.nonplus.device;

/// What a user can ask of a device beside its name.
///
/// @param threads of this process to compute with, at least 1
public record DeviceOptions(int threads) {
  public DeviceOptions {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
  }

  /// A thread for each processor.
  public static DeviceOptions defaults() {
    return new DeviceOptions(Runtime.getRuntime().availableProcessors());
  }
}
