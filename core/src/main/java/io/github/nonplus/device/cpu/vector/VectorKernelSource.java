package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Kernels;
import io.github.nonplus.device.cpu.VectorSource;

/// [VectorKernels] as the service that the device finds.
public final class VectorKernelSource implements VectorSource {
  @Override
  public int longest() {
    return VectorKernels.longest();
  }

  @Override
  public Kernels of(int bits) {
    return VectorKernels.of(bits);
  }
}
