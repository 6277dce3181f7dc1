package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Kernels;
import io.github.nonplus.device.cpu.Products;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// The vector kernels of each length.
public final class VectorKernels {
  private static final Map<Integer, Kernels> KERNELS = new ConcurrentHashMap<>();

  private VectorKernels() {}

  /// Bits of the longest vectors that this processor computes with.
  public static int longest() {
    return FloatVector.SPECIES_PREFERRED.vectorBitSize();
  }

  /// The kernels for vectors of that many bits: 128, 256 or 512. They are correct on any processor,
  /// but very slow where it has no such vectors.
  public static Kernels of(int bits) {
    return KERNELS.computeIfAbsent(bits, VectorKernels::make);
  }

  private static Kernels make(int bits) {
    VectorSpecies<Float> species =
        switch (bits) {
          case 128 -> FloatVector.SPECIES_128;
          case 256 -> FloatVector.SPECIES_256;
          case 512 -> FloatVector.SPECIES_512;
          default -> throw new IllegalArgumentException("vectors of " + bits + " bits");
        };
    return new Kernels(
        "vector-" + bits,
        2 * species.length(),
        Specialized.of(products(bits), species),
        Specialized.of(VectorStripOperations.class, species),
        Specialized.of(VectorCurves.class, species),
        Specialized.of(VectorScans.class, species),
        Specialized.of(VectorMemories.class, species),
        Specialized.of(VectorUnpacking.class, species),
        Specialized.of(VectorPairSums.class, species));
  }

  private static Class<? extends Products> products(int bits) {
    return hasManyRegisters(bits) ? EightOutputProducts.class : FourOutputProducts.class;
  }

  /// [Products#tileOutputs] of the products for vectors of that many bits.
  static int tileOutputs(int bits) {
    return hasManyRegisters(bits) ? EightOutputProducts.OUTPUTS : FourOutputProducts.OUTPUTS;
  }

  /// AVX-512 and AArch64 have 32 vector registers, older x86-64 has 16.
  private static boolean hasManyRegisters(int bits) {
    return bits == 512 || System.getProperty("os.arch").equals("aarch64");
  }
}
