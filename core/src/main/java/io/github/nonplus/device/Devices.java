package io.github.nonplus.device;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.failure.UnknownName;
import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.program.Program;
import io.github.nonplus.weights.MatrixForm;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;

/// The devices of this build.
public final class Devices {
  private Devices() {}

  /// Opens the device of that name.
  ///
  /// @throws RequestException naming all, if none is called so
  public static Device open(String name, DeviceOptions options) {
    return provider(name).open(name, options);
  }

  /// Does what opening the device of that name without any options would wait for.
  ///
  /// @throws RequestException naming all, if none is called so
  public static void prepare(String name) {
    provider(name).prepare();
  }

  /// Refuses a name that no provider knows.
  public static void requireKnown(String name) {
    provider(name);
  }

  /// The kernels that a device of that name needs; see [io.github.nonplus.library.CodeSource].
  ///
  /// @throws DeviceException if it cannot compute one of the programs
  public static DeviceCode code(
      String name,
      Optional<String> kernels,
      List<Program> programs,
      Map<String, List<MatrixForm>> forms) {
    DeviceProvider provider = provider(name);
    for (Program program : programs) {
      provider
          .refusal(name, kernels, program)
          .ifPresent(
              why -> {
                throw new DeviceException(why);
              });
    }
    return provider.code(name, kernels, programs, forms);
  }

  /// Each kernel of such code as the driver of a device of that name gets it, by a name for its
  /// file.
  public static Map<String, String> texts(String name, DeviceCode code) {
    return provider(name).texts(code);
  }

  /// All devices that this build has on this machine.
  public static List<DeviceSummary> summaries() {
    return providers().stream().flatMap(provider -> provider.summaries().stream()).toList();
  }

  private static List<DeviceProvider> providers() {
    return ServiceLoader.load(DeviceProvider.class, Devices.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  private static DeviceProvider provider(String name) {
    List<DeviceProvider> providers = providers();
    return providers.stream()
        .filter(provider -> provider.accepts(name))
        .findFirst()
        .orElseThrow(
            () -> new RequestException(UnknownName.sentence("device", name, names(providers))));
  }

  private static List<String> names(List<DeviceProvider> providers) {
    return providers.stream().flatMap(provider -> provider.names().stream()).sorted().toList();
  }
}
