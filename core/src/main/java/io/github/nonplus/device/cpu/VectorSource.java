package io.github.nonplus.device.cpu;

/// Kernels in the processor's vectors, found as a service: they know the scalar ones, which are
/// their definition, and nothing knows them. Making the source touches no vector yet.
public interface VectorSource {
  /// Bits of the longest vectors that this processor computes with.
  int longest();

  /// The kernels for vectors of 128, 256 or 512 bits.
  Kernels of(int bits);
}
