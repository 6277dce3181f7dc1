package io.github.nonplus.library;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OptimizationLevelTest {
  @ParameterizedTest
  @ValueSource(
      strings = {"O0", "O3", "cutlass=1", "flashinfer=0;cublas_gemm=1;ipc_allreduce_strategy=AUTO"})
  void whatMlcUnderstandsIsAccepted(String request) {
    assertThatCode(() -> OptimizationLevel.check(request)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "O4", "cutlass", "cutlass=2", "fast=1", "cutlass=1;"})
  void anythingElseIsRefused(String request) {
    assertThatThrownBy(() -> OptimizationLevel.check(request))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--opt: '");
  }
}
