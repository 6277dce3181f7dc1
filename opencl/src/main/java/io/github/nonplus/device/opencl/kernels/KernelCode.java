package io.github.nonplus.device.opencl.kernels;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.library.DeviceCode;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// Kernels as a model library names them: the files' digests, and what is built of them.
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
    Map<String, String> digests = new TreeMap<>();
    for (Specialization each : specializations) {
      each.files().forEach((file, text) -> digests.put(file, digest(text)));
    }
    List<DeviceCode.Build> builds =
        specializations.stream()
            .map(each -> new DeviceCode.Build(each.file(), each.definitions()))
            .toList();
    return new DeviceCode(kernels, limits, digests, builds);
  }

  /// What a library was compiled for, if it is what this version has.
  public static KernelCode checked(DeviceCode code) {
    code.digests()
        .forEach(
            (file, digest) -> {
              if (!KernelSource.exists(file) || !digest(KernelSource.text(file)).equals(digest)) {
                throw new DeviceException(
                    ("the model library's kernel file %s is not that of this version of Nonplus;"
                            + " compile the library again")
                        .formatted(file));
              }
            });
    return new KernelCode(code);
  }

  private static String digest(String text) {
    return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
  }

  /// What the driver gets of each build, by a name for its file; definitions stand at the top.
  public static Map<String, String> texts(DeviceCode code) {
    Map<String, String> texts = new TreeMap<>();
    for (DeviceCode.Build build : code.builds()) {
      Specialization each = new Specialization(build.file(), build.definitions());
      texts.put("kernel.%03d-%s".formatted(texts.size(), build.file()), each.text());
    }
    return texts;
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
