package io.github.nonplus.device.opencl.binding;

import java.util.Set;

/// What a driver says of a device, as far as it matters here. Sizes in bytes.
///
/// @param kind CPU, GPU or accelerator
/// @param version OpenCL's version and the driver's own words: `OpenCL 3.0 PoCL`
/// @param vectorWidth floats that the device would rather have in a vector
/// @param computeCapability NVIDIA's number for what a GPU of theirs can do, times ten: 90 for
///   Hopper; 0 for others' devices
/// @param fusedMultiplyAdd whether `fma` is there for float32
/// @param roundedDivision whether division and square root can be correctly rounded
public record DeviceFacts(
    String platform,
    String name,
    String vendor,
    Kind kind,
    String version,
    String driver,
    int units,
    long globalMemory,
    long largestAllocation,
    long localMemory,
    int largestWorkGroup,
    int vectorWidth,
    boolean fusedMultiplyAdd,
    boolean roundedDivision,
    boolean compiler,
    boolean images,
    int computeCapability,
    Set<String> extensions) {
  public DeviceFacts {
    extensions = Set.copyOf(extensions);
  }

  /// What sort of hardware it is.
  public enum Kind {
    CPU,
    GPU,
    ACCELERATOR
  }

  /// Whether the driver names an extension.
  public boolean has(String extension) {
    return extensions.contains(extension);
  }
}
