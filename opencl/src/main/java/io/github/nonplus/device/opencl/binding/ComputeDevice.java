package io.github.nonplus.device.opencl.binding;

/// A device of some platform.
public final class ComputeDevice {
  final long id;
  private final DeviceFacts facts;

  ComputeDevice(long id, DeviceFacts facts) {
    this.id = id;
    this.facts = facts;
  }

  public DeviceFacts facts() {
    return facts;
  }
}
