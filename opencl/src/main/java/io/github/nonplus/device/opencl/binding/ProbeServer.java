package io.github.nonplus.device.opencl.binding;

import io.github.nonplus.failure.DeviceException;

/// The process that asks the drivers in the place of the one that computes; see [DriverProbe].
final class ProbeServer {
  /// What it prints once the drivers have answered.
  static final String ANSWERED = "answered";

  private ProbeServer() {}

  /// Asks. An answer that is a refusal is one, too: whoever asks next gets it as well.
  public static void main(String[] arguments) {
    try {
      OpenClLoader.asked();
    } catch (DeviceException e) {
      // an answer
    }
    System.out.println(ANSWERED);
    System.out.flush();
  }
}
