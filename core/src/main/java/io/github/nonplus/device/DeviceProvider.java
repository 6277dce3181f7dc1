package io.github.nonplus.device;

import java.util.List;
import java.util.Map;

/// Offers devices by name; found through `ServiceLoader`.
public interface DeviceProvider {
  /// The names to tell a user about.
  List<String> names();

  /// Whether `name` is one of its devices, present or not.
  boolean accepts(String name);

  /// The device of that name.
  ///
  /// @throws io.github.nonplus.failure.DeviceException saying what was looked for and how to get
  ///   it, if it is not there
  Device open(String name, DeviceOptions options);

  /// The devices to tell a user about, each as this machine has it, or why it has none.
  default List<DeviceSummary> summaries() {
    return names().stream()
        .map(
            name -> {
              try (Device device = open(name, DeviceOptions.defaults())) {
                return new DeviceSummary(
                    name, device.description(), Map.of("kernels", device.kernels()));
              }
            })
        .toList();
  }
}
