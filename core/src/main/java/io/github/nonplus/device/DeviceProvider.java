package io.github.nonplus.device;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.program.Program;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /// Does, on the calling thread or on others, what opening a device without any options would wait
  /// for. Nothing depends on it.
  default void prepare() {}

  /// Why a device of that name cannot compute a program, in a sentence that names the operation and
  /// its setting, and says what to do; empty if it can. The device need not be there if its limits
  /// are known without it.
  default Optional<String> refusal(String name, Optional<String> kernels, Program program) {
    return Optional.empty();
  }

  /// The kernels that a model library takes along for one of its devices; see [CodeSource].
  default DeviceCode code(
      String name,
      Optional<String> kernels,
      List<Program> programs,
      Map<String, List<MatrixForm>> forms) {
    if (kernels.isPresent()) {
      throw new DeviceException(
          "a library for the device %s takes no kernels along; leave out --kernels %s"
              .formatted(name, kernels.get()));
    }
    return DeviceCode.NONE;
  }

  /// Each kernel of such code as its driver gets it, by a name for its file.
  default Map<String, String> texts(DeviceCode code) {
    return Map.of();
  }

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
