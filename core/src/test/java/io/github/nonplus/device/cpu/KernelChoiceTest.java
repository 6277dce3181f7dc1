package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.failure.RequestException;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class KernelChoiceTest {
  @Test
  void theLongestVectorsAreChosenAndNamed() {
    Assumptions.assumeTrue(VectorKernels.longest() >= 128, "no vectors");
    assertThat(KernelChoice.of(Optional.empty()).name())
        .isEqualTo("vector-" + Math.min(512, VectorKernels.longest()));
  }

  @Test
  void scalarCanBeForced() {
    assertThat(KernelChoice.of(Optional.of("scalar")).name()).isEqualTo("scalar");
  }

  @Test
  void shorterVectorsCanBeForced() {
    Assumptions.assumeTrue(VectorKernels.longest() >= 128, "no vectors");
    assertThat(KernelChoice.of(Optional.of("128")).name()).isEqualTo("vector-128");
    assertThat(KernelChoice.of(Optional.of("vector-128")).name()).isEqualTo("vector-128");
  }

  @Test
  void vectorsThatTheProcessorLacksAreRefused() {
    assertThatThrownBy(() -> KernelChoice.of(Optional.of("512"), 256))
        .isInstanceOf(DeviceException.class)
        .hasMessage(
            "kernels of 512 bits were asked for, but the vectors of this processor have 256;"
                + " ask for vector-256");
    assertThatThrownBy(() -> KernelChoice.of(Optional.of("128"), 64))
        .isInstanceOf(DeviceException.class)
        .hasMessageEndingWith("ask for scalar");
  }

  @Test
  void unknownKernelsAreRefused() {
    assertThatThrownBy(() -> KernelChoice.of(Optional.of("avx")))
        .isInstanceOf(RequestException.class)
        .hasMessage(
            "unknown kernels of the device cpu 'avx'; there are scalar, vector-128, vector-256,"
                + " vector-512");
  }
}
