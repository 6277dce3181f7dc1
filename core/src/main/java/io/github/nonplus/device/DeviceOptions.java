package io.github.nonplus.device;

import io.github.nonplus.stability.Api;
import java.util.Objects;
import java.util.Optional;

/// What a user can ask of a device beside its name.
///
/// @param threads of this process to compute with, at least 1
/// @param kernels the device's name for the kernels to compute with; the fastest that it has, if
///   absent
@Api
public record DeviceOptions(int threads, Optional<String> kernels) {
  public DeviceOptions {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads");
    }
    Objects.requireNonNull(kernels);
  }

  /// A thread for each processor, and the fastest kernels.
  public static DeviceOptions defaults() {
    return new DeviceOptions(Runtime.getRuntime().availableProcessors(), Optional.empty());
  }
}
