package io.github.nonplus.device.opencl;

import io.github.nonplus.device.OperationCases;
import io.github.nonplus.device.OperationContract;
import java.util.stream.Stream;

/// The portable kernels keep the contract: all of it in the shape for processors, and in the shapes
/// for GPUs, which take PoCL long to build, each kernel.
class OpenClOperationsTest implements OperationContract, OpenClRequired {
  @Override
  public String device() {
    return "opencl";
  }

  @Override
  public Stream<Held> held() {
    return Stream.of(
        new Held("portable-cpu", OperationCases.all()),
        new Held("portable-gpu", OperationCases.some()),
        new Held("adreno-android", OperationCases.some()));
  }
}
