package io.github.nonplus.device.opencl.binding;

import org.lwjgl.opencl.CL10;

/// A function that a device can run. It belongs to its [KernelProgram].
public final class Kernel {
  final long id;
  private final String name;
  private final int parameters;

  Kernel(long id, String name, int parameters) {
    this.id = id;
    this.name = name;
    this.parameters = parameters;
  }

  public String name() {
    return name;
  }

  int parameters() {
    return parameters;
  }

  /// Begins the list of its arguments. A list holds until the next one is begun.
  public Arguments arguments() {
    return new Arguments(this);
  }

  void release() {
    CL10.clReleaseKernel(id);
  }
}
