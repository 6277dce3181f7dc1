package io.github.nonplus.device;

import java.util.Objects;

/// How a device computes a program, said before anything is loaded.
///
/// @param kernels for results: `portable-gpu`; where they are not the device's usual ones, why
/// @param arithmetic what it rounds to
/// @param wantedBatch so many tokens of a batch the device wants, to be busy, where neither the
///   user nor a library's file says how many; 0 if it wants no more than others
public record Computation(String kernels, Arithmetic arithmetic, int wantedBatch) {
  public Computation {
    Objects.requireNonNull(kernels);
    Objects.requireNonNull(arithmetic);
  }

  /// In float32, in batches of any size.
  public static Computation inFloat32(String kernels) {
    return new Computation(kernels, Arithmetic.FLOAT32, 0);
  }
}
