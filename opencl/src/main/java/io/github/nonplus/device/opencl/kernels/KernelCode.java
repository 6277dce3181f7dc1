package io.github.nonplus.device.opencl.kernels;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.library.DeviceCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Kernels as a model library holds them: the files' texts, each once, and what is built of them.
public final class KernelCode {
  private final DeviceCode code;
  private final Set<Specialization> builds;

  private KernelCode(DeviceCode code) {
    this.code = code;
    this.builds =
        code.builds().stream()
            .map(build -> new Specialization(build.file(), build.definitions()))
            .collect(Collectors.toUnmodifiableSet());
  }

  /// What a library takes along.
  public static DeviceCode of(
      String kernels, Map<String, Long> limits, Collection<Specialization> specializations) {
    Map<String, String> sources = new TreeMap<>();
    specializations.forEach(each -> sources.putAll(each.files()));
    List<DeviceCode.Build> builds =
        specializations.stream()
            .map(each -> new DeviceCode.Build(each.file(), each.definitions()))
            .toList();
    return new DeviceCode(kernels, limits, sources, builds);
  }

  /// What a library brought, if it is ours to the letter: text from a file is not handed to a
  /// driver, which would run whatever it says.
  public static KernelCode checked(DeviceCode code) {
    code.sources()
        .forEach(
            (file, text) -> {
              if (!KernelSource.exists(file) || !KernelSource.text(file).equals(text)) {
                throw new DeviceException(
                    ("the model library's kernel file %s is not that of this version of Nonplus;"
                            + " compile the library again")
                        .formatted(file));
              }
            });
    return new KernelCode(code);
  }

  /// Refuses to build what the library does not hold.
  public void require(Specialization specialization) {
    if (!code.isNone() && !builds.contains(specialization)) {
      throw new DeviceException(
          ("the model library has no build of %s with %s, which these weights need on this device;"
                  + " compile it again")
              .formatted(specialization.file(), specialization.options()));
    }
  }
}
