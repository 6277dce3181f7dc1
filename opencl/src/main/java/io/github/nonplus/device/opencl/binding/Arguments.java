package io.github.nonplus.device.opencl.binding;

import org.lwjgl.opencl.CL10;

/// Arguments of a kernel, given in order.
public final class Arguments {
  private final Kernel kernel;
  private int count;

  Arguments(Kernel kernel) {
    this.kernel = kernel;
  }

  Kernel kernel() {
    return kernel;
  }

  /// A pointer to device memory.
  public Arguments memory(Memory memory) {
    return next(CL10.clSetKernelArg1p(kernel.id, count, memory.id));
  }

  /// An image.
  public Arguments image(Image image) {
    return next(CL10.clSetKernelArg1p(kernel.id, count, image.id));
  }

  /// A `uint` or `int`.
  public Arguments number(int value) {
    return next(CL10.clSetKernelArg1i(kernel.id, count, value));
  }

  /// A `ulong`.
  public Arguments index(long value) {
    return next(CL10.clSetKernelArg1l(kernel.id, count, value));
  }

  /// A `float`.
  public Arguments real(float value) {
    return next(CL10.clSetKernelArg1f(kernel.id, count, value));
  }

  private Arguments next(int status) {
    Status.check("clSetKernelArg %d for %s".formatted(count, kernel.name()), status);
    count++;
    return this;
  }

  void requireAll() {
    if (count != kernel.facts().parameters()) {
      throw new IllegalStateException(
          "%d arguments for %s, which has %d"
              .formatted(count, kernel.name(), kernel.facts().parameters()));
    }
  }
}
