package io.github.nonplus.device.cpu;

import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.DeviceProvider;
import java.util.List;
import java.util.Optional;

/// Offers the device `cpu`.
public final class CpuProvider implements DeviceProvider {
  @Override
  public List<String> names() {
    return List.of(CpuDevice.NAME);
  }

  @Override
  public boolean accepts(String name) {
    return name.equals(CpuDevice.NAME);
  }

  @Override
  public void prepare() {
    WarmUp.of(KernelChoice.of(Optional.empty()));
  }

  @Override
  public Device open(String name, DeviceOptions options) {
    return new CpuDevice(KernelChoice.of(options.kernels()), options.threads());
  }
}
