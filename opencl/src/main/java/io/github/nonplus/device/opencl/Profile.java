package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.binding.DeviceFacts;
import io.github.nonplus.device.opencl.binding.DeviceFacts.Kind;
import io.github.nonplus.failure.DeviceException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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
  /// Adreno GPUs under Android: 32 KiB of local memory, work-groups of up to 512 (as the compiler
  /// stack of the original pipeline assumes), waves of 64 or 128 work-items, no float64. Sums share
  /// registers with twice as many waves if there are 32 of them a work-item instead of 64.
  public static final Profile ANDROID_ADRENO =
      new Profile("adreno-android", false, 4, 32 << 10, 512, false);

  /// Adreno GPUs under Windows on Snapdragon X: the same, with work-groups of up to 1024.
  public static final Profile WINDOWS_ADRENO =
      new Profile("adreno-windows", false, 4, 32 << 10, 1024, false);

  /// What a device says of itself.
  public static Profile of(DeviceFacts device) {
    return device.kind() == Kind.CPU ? portableCpu(device) : portableGpu(device);
  }

  /// The kernels of that name, as far as this device allows; its own if none is named.
  ///
  /// @throws DeviceException if there are none of that name
  public static Profile of(DeviceFacts device, Optional<String> kernels) {
    if (kernels.isEmpty()) {
      return of(device);
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
                new DeviceException(
                    "unknown kernels '%s': OpenCL devices have %s"
                        .formatted(
                            kernels.get(),
                            all.stream().map(Profile::family).collect(Collectors.joining(", ")))));
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

  /// The largest power of two that is not above `wanted` nor above the largest work-group.
  int lanes(int wanted) {
    return Integer.highestOneBit(Math.min(wanted, Math.max(1, largestWorkGroup)));
  }
}
