package io.github.nonplus.device.opencl;

import io.github.nonplus.device.LongScanContract;

class OpenClLongScanTest implements LongScanContract, OpenClRequired {
  @Override
  public String device() {
    return "opencl";
  }
}
