package io.github.nonplus.device.opencl.provider;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.opencl.binding.DeviceFacts;
import io.github.nonplus.device.opencl.binding.DeviceFacts.Kind;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DriverFaultsTest {
  @Test
  void compilersThatOthersSawFailAreNamed() {
    assertThat(of("OpenCL 3.0 QUALCOMM build: commit #c1fe339905 Compiler E031.38.11.14"))
        .hasValueSatisfying(
            sentence -> assertThat(sentence).contains("E031.38", "--verify 4", "miscompile"));
    assertThat(of("OpenCL 3.0 QUALCOMM build: commit unknown Compiler E031.42.20.00")).isPresent();
  }

  @Test
  void ofOthersNothingIsSaid() {
    assertThat(of("OpenCL 3.0 QUALCOMM build: 848.0 Compiler E031.50.27.00")).isEmpty();
    assertThat(of("OpenCL 3.0 QUALCOMM build: 1 Compiler E031.45.02.00")).isEmpty();
    assertThat(of("3.1")).isEmpty();
  }

  private static Optional<String> of(String driver) {
    return DriverFaults.of(
        new DeviceFacts(
            "QUALCOMM Snapdragon(TM)",
            "Adreno",
            "QUALCOMM",
            Kind.GPU,
            "OpenCL 3.0",
            driver,
            4,
            1L << 32,
            1L << 30,
            32768,
            1024,
            4,
            true,
            true,
            true,
            true,
            0,
            Set.of()));
  }
}
