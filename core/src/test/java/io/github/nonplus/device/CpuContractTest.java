package io.github.nonplus.device;

/// The CPU keeps the contract.
class CpuContractTest implements DeviceContract {
  @Override
  public String device() {
    return "cpu";
  }
}
