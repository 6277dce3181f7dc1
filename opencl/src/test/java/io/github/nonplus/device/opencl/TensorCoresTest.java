package io.github.nonplus.device.opencl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TensorCoresTest {
  /// Compute capabilities times ten: A100, GeForce RTX 30 and 40, H100, B200, GeForce RTX 50.
  @ParameterizedTest
  @CsvSource({"80, AMPERE", "86, AMPERE", "89, AMPERE", "90, HOPPER", "100, AMPERE", "120, AMPERE"})
  void aGpuGetsTheKernelsThatItIsFastestWith(int capability, TensorCores cores) {
    assertThat(TensorCores.of(capability)).contains(cores);
  }

  /// Turing and Volta have others; 0 is no GPU of NVIDIA's.
  @ParameterizedTest
  @CsvSource({"0", "70", "75"})
  void olderOnesAndOthersHaveNone(int capability) {
    assertThat(TensorCores.of(capability)).isEmpty();
  }

  @Test
  void hopperRunsAmperesKernelsToo() {
    assertThat(TensorCores.AMPERE.areIn(90)).isTrue();
    assertThat(TensorCores.HOPPER.areIn(89)).isFalse();
    assertThat(TensorCores.HOPPER.areIn(100)).isFalse();
  }

  @Test
  void sentencesNameTheCapability() {
    assertThat(TensorCores.HOPPER.capability()).isEqualTo("9.0");
    assertThat(TensorCores.AMPERE.capability()).isEqualTo("8.0 or later");
  }
}
