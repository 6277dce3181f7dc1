package io.github.nonplus.device.opencl.provider;

import io.github.nonplus.device.opencl.binding.DeviceFacts;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Drivers that others have seen compute wrong numbers. None of it was seen here; who has such a
/// driver is told, and how to find out. The sources are in docs/devices.md.
final class DriverFaults {
  /// Qualcomm's compiler for Adreno, as its drivers name it: `Compiler E031.38.11.14`.
  private static final Pattern ADRENO = Pattern.compile("Compiler E031\\.(\\d{1,4})\\b");

  /// Versions of it, the last one included.
  private record Fault(int first, int last, String what) {
    boolean covers(int version) {
      return first <= version && version <= last;
    }
  }

  private static final List<Fault> ALL =
      List.of(
          new Fault(38, 41, "others saw it miscompile products and attention"),
          new Fault(
              42, 44, "between one that others saw miscompile products and one that is mended"));

  private DriverFaults() {}

  /// What is known of a device's driver, and what to do about it; empty if nothing is.
  static Optional<String> of(DeviceFacts facts) {
    Matcher matcher = ADRENO.matcher(facts.version() + " " + facts.driver());
    if (!matcher.find()) {
      return Optional.empty();
    }
    int version = Integer.parseInt(matcher.group(1));
    return ALL.stream()
        .filter(fault -> fault.covers(version))
        .findFirst()
        .map(
            fault ->
                "its compiler is E031.%d, %s: check it with --verify 4"
                    .formatted(version, fault.what()));
  }
}
