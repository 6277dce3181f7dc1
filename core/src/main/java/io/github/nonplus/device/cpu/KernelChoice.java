package io.github.nonplus.device.cpu;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.failure.UnknownName;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.IntSupplier;

/// Which kernels the device computes with: those that were asked for, or else the longest vectors
/// that the processor has. The scalar ones need no Vector API, so that nothing here touches it
/// before vectors are wanted.
public final class KernelChoice {
  private static final String MODULE = "jdk.incubator.vector";
  private static final String SCALAR = "scalar";
  private static final String VECTOR = "vector-";
  private static final List<String> NAMES =
      List.of(SCALAR, VECTOR + 128, VECTOR + 256, VECTOR + 512);

  private KernelChoice() {}

  /// @param name as results give it, such as `scalar` or `vector-256`; `256` alone is understood
  public static Kernels of(Optional<String> name) {
    return of(name, KernelChoice::longest);
  }

  /// The choice for a processor whose longest vectors have that many bits.
  static Kernels of(Optional<String> name, int longest) {
    return of(name, () -> longest);
  }

  private static Kernels of(Optional<String> name, IntSupplier longest) {
    if (name.isEmpty()) {
      int bits = longest.getAsInt();
      return bits < 128 ? Kernels.scalar() : vectors().of(Math.min(bits, 512));
    }
    String asked = name.get();
    String full = asked.matches("[0-9]+") ? VECTOR + asked : asked;
    if (!NAMES.contains(full)) {
      throw new RequestException(UnknownName.sentence("kernels of the device cpu", asked, NAMES));
    }
    return full.equals(SCALAR)
        ? Kernels.scalar()
        : forced(Integer.parseInt(full.substring(VECTOR.length())), longest.getAsInt());
  }

  private static Kernels forced(int bits, int longest) {
    if (bits > longest) {
      throw new DeviceException(
          "kernels of %d bits were asked for, but the vectors of this processor have %d; ask for %s"
              .formatted(bits, longest, longest < 128 ? SCALAR : VECTOR + longest));
    }
    return vectors().of(bits);
  }

  /// Bits of the longest vectors that this processor computes with.
  private static int longest() {
    if (ModuleLayer.boot().findModule(MODULE).isEmpty()) {
      throw new DeviceException(
          ("this Java runs without its Vector API: start it with --add-modules %s, or ask for the"
                  + " kernels %s, which are many times slower")
              .formatted(MODULE, SCALAR));
    }
    return vectors().longest();
  }

  private static VectorSource vectors() {
    return ServiceLoader.load(VectorSource.class, KernelChoice.class.getClassLoader())
        .findFirst()
        .orElseThrow(
            () ->
                new DeviceException(
                    "the vector kernels are not on the class path: put Nonplus there with its META-INF/services, or ask for the kernels "
                        + SCALAR));
  }
}
