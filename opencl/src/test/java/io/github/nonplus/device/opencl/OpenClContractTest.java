package io.github.nonplus.device.opencl;

import io.github.nonplus.device.DeviceContract;

class OpenClContractTest implements DeviceContract, OpenClRequired {
  @Override
  public String device() {
    return "opencl";
  }
}
