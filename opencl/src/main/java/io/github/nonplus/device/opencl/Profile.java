package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.DeviceFacts;
import io.github.nonplus.device.opencl.binding.DeviceFacts.Kind;
import io.github.nonplus.device.opencl.binding.KernelFacts;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.failure.UnknownName;
import io.github.nonplus.library.DeviceCode;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The limits that kernels are shaped by: a device's own, or what a vendor documents for a family
/// of devices that need not be here. Sizes in bytes.
///
/// @param family the kernels' name, for results: `portable-gpu`
/// @param caches whether work-items are served by a processor's caches and vector registers, rather
///   than by local memory and many work-items
/// @param vectorWidth floats of a vector
/// @param largestWorkGroup work-items
/// @param registers whether a work-item has room for 64 sums
public record Profile(
    String family,
    boolean caches,
    int vectorWidth,
    long localMemory,
    int largestWorkGroup,
    boolean registers) {
  private static final String ADRENO = "adreno-";

  private static final String VECTOR_WIDTH = "vector width in floats";
  private static final String LOCAL_MEMORY = "local memory in bytes";
  private static final String WORK_GROUP = "largest work-group";

  /// Adreno GPUs under Android: 32 KiB of local memory, work-groups of up to 512 (as the compiler
  /// stack of the original pipeline assumes), waves of 64 or 128 work-items, no float64. Sums share
  /// registers with twice as many waves if there are 32 of them a work-item instead of 64.
  public static final Profile ANDROID_ADRENO =
      new Profile(ADRENO + "android", false, 4, 32 << 10, 512, false);

  /// Adreno GPUs under Windows on Snapdragon X: the same, with work-groups of up to 1024.
  public static final Profile WINDOWS_ADRENO =
      new Profile(ADRENO + "windows", false, 4, 32 << 10, 1024, false);

  /// What a device says of itself.
  public static Profile of(DeviceFacts device) {
    if (device.kind() == Kind.CPU) {
      return portableCpu(device);
    }
    return TensorCores.of(device.computeCapability())
        .map(cores -> tensor(cores, device))
        .orElseGet(() -> portableGpu(device));
  }

  /// The kernels of that name, as far as this device allows; its own if none is named.
  ///
  /// @throws RequestException if there are none of that name
  public static Profile of(DeviceFacts device, Optional<String> kernels) {
    if (kernels.isEmpty()) {
      return of(device);
    }
    Optional<TensorCores> cores = TensorCores.named(kernels.get());
    if (cores.isPresent()) {
      return tensor(cores.get(), device);
    }
    List<Profile> all =
        List.of(
            portableCpu(device),
            portableGpu(device),
            ANDROID_ADRENO.within(device),
            WINDOWS_ADRENO.within(device));
    return all.stream()
        .filter(profile -> profile.family().equals(kernels.get()))
        .findFirst()
        .orElseThrow(
            () ->
                new RequestException(
                    UnknownName.sentence(
                        "kernels of OpenCL devices", kernels.get(), families(all))));
  }

  private static List<String> families(List<Profile> portable) {
    return Stream.concat(
            portable.stream().map(Profile::family),
            Arrays.stream(TensorCores.values()).map(TensorCores::family))
        .toList();
  }

  /// The kernels of that name for a machine that is not here: within what every device of that kind
  /// has, by OpenCL 1.2 or by custom.
  public static Profile unseen(String kernels) {
    List<Profile> all =
        List.of(
            new Profile("portable-cpu", true, 8, 32 << 10, 1, true),
            new Profile("portable-gpu", false, 4, 32 << 10, 256, true),
            new Profile(TensorCores.HOPPER.family(), false, 4, 48 << 10, 1024, true),
            new Profile(TensorCores.AMPERE.family(), false, 4, 48 << 10, 1024, true));
    List<String> known =
        Stream.concat(
                all.stream().map(Profile::family),
                Stream.of(ANDROID_ADRENO.family(), WINDOWS_ADRENO.family()))
            .toList();
    if (!known.contains(kernels)) {
      throw new RequestException(UnknownName.sentence("kernels of OpenCL devices", kernels, known));
    }
    return all.stream()
        .filter(profile -> profile.family().equals(kernels))
        .findFirst()
        .orElseThrow(
            () ->
                new DeviceException(
                    "there is no OpenCL here, and without it only libraries for portable-cpu, portable-gpu, nvidia-hopper and nvidia-ampere can be compiled, not for '%s'"
                        .formatted(kernels)));
  }

  /// The kernels of that name for a library. Those for tensor cores are the same on every GPU that
  /// has them, so none need be here.
  public static Profile toCompile(DeviceFacts device, Optional<String> kernels) {
    return kernels
        .flatMap(TensorCores::named)
        .filter(cores -> !cores.areIn(device.computeCapability()))
        .map(cores -> unseen(cores.family()))
        .orElseGet(() -> of(device, kernels));
  }

  private static Profile portableCpu(DeviceFacts device) {
    int width = Integer.highestOneBit(Math.clamp(device.vectorWidth(), 1, 16));
    return new Profile(
        "portable-cpu", true, width, device.localMemory(), device.largestWorkGroup(), true);
  }

  private static Profile portableGpu(DeviceFacts device) {
    return new Profile(
        "portable-gpu", false, 4, device.localMemory(), device.largestWorkGroup(), true);
  }

  /// @throws DeviceException if the device has no such tensor cores
  private static Profile tensor(TensorCores cores, DeviceFacts device) {
    if (!cores.areIn(device.computeCapability())) {
      throw new DeviceException(
          "the kernels %s need an NVIDIA GPU of compute capability %s, which %s is not; leave out --kernels %s"
              .formatted(cores.family(), cores.capability(), device.name(), cores.family()));
    }
    return new Profile(
        cores.family(), false, 4, device.localMemory(), device.largestWorkGroup(), true);
  }

  /// The portable kernels within the same limits.
  public Profile portable() {
    return new Profile("portable-gpu", false, 4, localMemory, largestWorkGroup, true);
  }

  /// This profile on a device that may have less.
  public Profile within(DeviceFacts device) {
    return new Profile(
        family,
        caches,
        vectorWidth,
        Math.min(localMemory, device.localMemory()),
        Math.min(largestWorkGroup, device.largestWorkGroup()),
        registers);
  }

  /// The tensor cores that products go through, of float16 factors.
  public Optional<TensorCores> cores() {
    return TensorCores.named(family);
  }

  /// Whether activations are read through a texture cache, which serves images and no buffers.
  boolean textures() {
    return family.startsWith(ADRENO);
  }

  /// Tokens of a batch that tensor cores need to be busy: each product reads, and expands, all of a
  /// layer's weights for a batch. With 0 any batch will do.
  public int wantedBatch() {
    return cores().isPresent() ? 8192 : 0;
  }

  /// The limits as a library holds them.
  public Map<String, Long> limits() {
    return Map.of(
        VECTOR_WIDTH, (long) vectorWidth,
        LOCAL_MEMORY, localMemory,
        WORK_GROUP, (long) largestWorkGroup);
  }

  /// This device's profile narrowed to the limits that a library was compiled for.
  ///
  /// @param device its name, for sentences
  /// @throws DeviceException if the library was compiled for other kernels, or for more than the
  ///   device has
  public Profile compiledFor(DeviceCode code, String device) {
    if (!code.kernels().equals(family)) {
      throw new DeviceException(
          ("the model library was compiled for the kernels %s, but on %s the kernels %s were chosen;"
                  + " compile it on this machine, or run it with --kernels %s")
              .formatted(code.kernels(), device, family, code.kernels()));
    }
    long width = limit(code, VECTOR_WIDTH, 16, device);
    if (Long.bitCount(width) != 1) {
      throw new DeviceException(
          "the model library was compiled for vectors of %d floats, which no kernel has; compile it again"
              .formatted(width));
    }
    return new Profile(
        family,
        caches,
        (int) width,
        limit(code, LOCAL_MEMORY, localMemory, device),
        (int) limit(code, WORK_GROUP, largestWorkGroup, device),
        registers);
  }

  private static long limit(DeviceCode code, String name, long most, String device) {
    Long value = code.limits().get(name);
    if (value == null || value < 1 || value > most) {
      throw new DeviceException(
          "the model library was compiled for devices with %s of %s, but %s has %d; compile it on this machine"
              .formatted(name, value, device, most));
    }
    return value;
  }

  /// Refuses a kernel that goes beyond these limits, although the device that is here may have
  /// more.
  void require(String file, KernelFacts kernel) {
    if (kernel.localMemory() > localMemory) {
      throw new DeviceException(
          "the kernel file %s takes %d bytes of local memory, but the kernels %s may take %d; use other kernels (--kernels), or --device cpu"
              .formatted(file, kernel.localMemory(), family, localMemory));
    }
    if (kernel.givenWorkGroup() > largestWorkGroup) {
      throw new DeviceException(
          "the kernel file %s runs in work-groups of %d work-items, but the kernels %s may have %d; use other kernels (--kernels), or --device cpu"
              .formatted(file, kernel.givenWorkGroup(), family, largestWorkGroup));
    }
  }

  /// The largest power of two that is not above `wanted` nor above the largest work-group.
  int lanes(int wanted) {
    return Integer.highestOneBit(Math.min(wanted, Math.max(1, largestWorkGroup)));
  }
}
