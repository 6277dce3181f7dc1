package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.nonplus.device.cpu.vector.VectorKernels;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// A failure in the warm-up's own thread would only be a stack trace that nobody asked for.
class WarmUpTest {
  static Stream<Kernels> kernels() {
    return Stream.of(
        Kernels.scalar(), VectorKernels.of(128), VectorKernels.of(256), VectorKernels.of(512));
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void itsArraysAreLargeEnoughForEveryKernel(Kernels kernels) {
    assertThatCode(() -> WarmUp.callEach(kernels, 1, () -> false)).doesNotThrowAnyException();
  }
}
