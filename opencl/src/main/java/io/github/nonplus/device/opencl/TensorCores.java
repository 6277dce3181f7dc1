package io.github.nonplus.device.opencl;

import io.github.nonplus.device.opencl.kernels.Specialization;
import java.util.Arrays;
import java.util.Optional;

/// The tensor cores of NVIDIA's that there are kernels for. Both kinds read the same tiles and
/// leave the same results in the same places, not to the bit.
public enum TensorCores {
  /// Of compute capability 9.0: products of four warps at once, from shared memory, which a copy
  /// engine fills.
  HOPPER("nvidia-hopper", "hopper", 384, 90, 90),
  /// Of compute capability 8.0 and all later ones: products of one warp.
  AMPERE("nvidia-ampere", "ampere", 256, 80, Integer.MAX_VALUE);

  private final String family;
  private final String prefix;
  private final int workItems;
  private final int first;
  private final int last;

  /// @param family the kernels' name, for results
  /// @param prefix of their files
  /// @param workItems of each work-group
  /// @param first and `last`: the compute capabilities that have them, times ten
  TensorCores(String family, String prefix, int workItems, int first, int last) {
    this.family = family;
    this.prefix = prefix;
    this.workItems = workItems;
    this.first = first;
    this.last = last;
  }

  /// Those that a GPU is fastest with.
  ///
  /// @param capability times ten; 0 if it is none of NVIDIA's
  public static Optional<TensorCores> of(int capability) {
    return Arrays.stream(values()).filter(cores -> cores.areIn(capability)).findFirst();
  }

  /// Those whose kernels have that name.
  public static Optional<TensorCores> named(String family) {
    return Arrays.stream(values()).filter(cores -> cores.family.equals(family)).findFirst();
  }

  public boolean areIn(int capability) {
    return first <= capability && capability <= last;
  }

  public String family() {
    return family;
  }

  /// Of which compute capability a GPU must be: `9.0`.
  public String capability() {
    String version = first / 10 + "." + first % 10;
    return first == last ? version : version + " or later";
  }

  public int workItems() {
    return workItems;
  }

  /// A kernel of theirs: `score`, `attend_128`.
  public Specialization kernel(String name) {
    return Specialization.of("%s_%s.ptx".formatted(prefix, name));
  }
}
