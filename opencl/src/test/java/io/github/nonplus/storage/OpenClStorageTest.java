package io.github.nonplus.storage;

import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.opencl.OpenClRequired;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole models whose weights are quantized already, on OpenCL.
class OpenClStorageTest implements OpenClRequired {
  static List<String> measured() throws IOException {
    return StoredLosses.measured();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("measured")
  void everyTokenIsThatOfFloat64(String name) throws IOException {
    StoredLosses.require(name, "opencl", roundingNothing());
  }

  static List<String> rounding() throws IOException {
    return ActivationGolden.names();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rounding")
  void everyTokenIsThatOfFloat64WithActivationsAsStored(String name) throws IOException {
    ActivationGolden.require(name, "opencl", roundingNothing());
  }

  /// The kernels that compute in float32 throughout, if the device's own do not.
  private static Optional<String> roundingNothing() {
    try (Device own = Devices.open("opencl", new DeviceOptions(2, Optional.empty()))) {
      return own.kernels().startsWith("portable") ? Optional.empty() : Optional.of("portable-gpu");
    }
  }
}
