package io.github.nonplus.device.none;

import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.DeviceProvider;
import java.util.List;

/// Offers the device `null`.
public final class NullProvider implements DeviceProvider {
  @Override
  public List<String> names() {
    return List.of(NullDevice.NAME);
  }

  @Override
  public boolean accepts(String name) {
    return name.equals(NullDevice.NAME);
  }

  @Override
  public Device open(String name, DeviceOptions options) {
    return new NullDevice();
  }
}
