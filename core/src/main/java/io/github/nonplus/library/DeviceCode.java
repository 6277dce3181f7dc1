package io.github.nonplus.library;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Which kernels a library was compiled for: digests of their files, and with which definitions
/// each is built. The texts are the device's own, and it runs no others: a library is data, not
/// somebody's program.
///
/// @param kernels the device's name for them, `portable-gpu`; empty if there are none
/// @param limits of the devices that they fit, by name, such as bytes of local memory
/// @param digests SHA-256 of the text of each file, by its name
/// @param builds what is built of them, in the order of first use
public record DeviceCode(
    String kernels, Map<String, Long> limits, Map<String, String> digests, List<Build> builds) {
  /// Of a device that needs none, or brings its own.
  public static final DeviceCode NONE = new DeviceCode("", Map.of(), Map.of(), List.of());

  public DeviceCode {
    Objects.requireNonNull(kernels);
    limits = new TreeMap<>(limits);
    digests = new TreeMap<>(digests);
    builds = List.copyOf(builds);
  }

  /// A kernel's file with values for its preprocessor definitions.
  public record Build(String file, Map<String, String> definitions) {
    public Build {
      definitions = new TreeMap<>(definitions);
    }
  }

  /// Whether there are no kernels.
  @JsonIgnore
  public boolean isNone() {
    return builds.isEmpty();
  }
}
