package io.github.nonplus.device.cpu;

import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.failure.DeviceException;
import java.util.Optional;

/// Which kernels the device computes with: those that were asked for, or else the longest vectors
/// that the processor has.
public final class KernelChoice {
  private static final String MODULE = "jdk.incubator.vector";

  private KernelChoice() {}

  /// @param name `scalar`, or the bits of a vector: `128`, `256` or `512`
  public static Kernels of(Optional<String> name) {
    return of(name, VectorKernels.longest());
  }

  /// The choice for a processor whose longest vectors have that many bits.
  static Kernels of(Optional<String> name, int longest) {
    return switch (name.orElse("")) {
      case "scalar" -> Kernels.scalar();
      case "128", "256", "512" -> forced(Integer.parseInt(name.orElseThrow()), longest);
      case "" -> longest(longest);
      default ->
          throw new DeviceException(
              "unknown kernels '%s': the device cpu has scalar, 128, 256 and 512"
                  .formatted(name.orElseThrow()));
    };
  }

  private static Kernels forced(int bits, int longest) {
    requireModule();
    if (bits > longest) {
      throw new DeviceException(
          "kernels of %d bits were asked for, but the vectors of this processor have %d; ask for %s"
              .formatted(bits, longest, shorter(longest)));
    }
    return VectorKernels.of(bits);
  }

  private static Kernels longest(int bits) {
    requireModule();
    return bits < 128 ? Kernels.scalar() : VectorKernels.of(Math.min(bits, 512));
  }

  private static String shorter(int longest) {
    return longest < 128 ? "--kernels scalar" : "--kernels " + longest;
  }

  private static void requireModule() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      throw new DeviceException(
          "this Java runs without its Vector API: start it with --add-modules %s, or ask for"
                  .formatted(MODULE)
              + " --kernels scalar, which is many times slower");
    }
  }
}
