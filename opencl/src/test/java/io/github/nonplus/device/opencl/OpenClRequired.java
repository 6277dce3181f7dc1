package io.github.nonplus.device.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.github.nonplus.device.opencl.binding.ComputeDevice;
import io.github.nonplus.device.opencl.binding.Context;
import io.github.nonplus.device.opencl.binding.OpenClLoader;
import io.github.nonplus.failure.DeviceException;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;

/// Tests that need a device: without one they are skipped with the reason, unless the build was
/// told (`-Dnonplus.require=opencl`) that there must be one.
public interface OpenClRequired {
  /// A context that stays open as long as the tests run. PoCL reads its library of functions, which
  /// takes most of a second, with the first program that is built after no context was open: with
  /// one that stays, once for all tests and not again for each.
  final class Kept {
    private static Context context;

    private Kept() {}

    private static synchronized void open(ComputeDevice device) {
      if (context == null) {
        context = Context.of(device);
      }
    }
  }

  @BeforeAll
  static void aDeviceIsThere() {
    Kept.open(devices().getFirst());
  }

  static List<ComputeDevice> devices() {
    try {
      return OpenClLoader.devices();
    } catch (DeviceException e) {
      assertThat(System.getProperty("nonplus.require", ""))
          .as("OpenCL is required here, but " + e.getMessage())
          .doesNotContain("opencl");
      return abort("skipped: " + e.getMessage());
    }
  }
}
