package io.github.nonplus.device;

class CpuLongScanTest implements LongScanContract {
  @Override
  public String device() {
    return "cpu";
  }
}
