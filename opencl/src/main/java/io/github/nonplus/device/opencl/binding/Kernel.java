package io.github.nonplus.device.opencl.binding;

import io.github.nonplus.failure.DeviceException;
import org.lwjgl.opencl.CL10;

/// A function that a device can run. It belongs to its [KernelProgram].
public final class Kernel {
  final long id;
  private final String name;
  private final KernelFacts facts;

  Kernel(long id, String name, KernelFacts facts) {
    this.id = id;
    this.name = name;
    this.facts = facts;
  }

  public String name() {
    return name;
  }

  public KernelFacts facts() {
    return facts;
  }

  /// The same kernel, known to run in work-groups of so many work-items.
  Kernel ofWorkGroup(int items) {
    return new Kernel(
        id, name, new KernelFacts(facts.parameters(), items, items, facts.localMemory()));
  }

  /// Refuses work-groups that the driver would refuse, or crash on.
  void requireWorkGroup(long items) {
    if (items > facts.largestWorkGroup()) {
      throw new DeviceException(
          ("the kernel file %s runs in work-groups of %d work-items, but this device can give it only"
                  + " %d; use other kernels (--kernels), or --device cpu")
              .formatted(name, items, facts.largestWorkGroup()));
    }
  }

  /// Begins the list of its arguments. A list holds until the next one is begun.
  public Arguments arguments() {
    return new Arguments(this);
  }

  void release() {
    CL10.clReleaseKernel(id);
  }
}
