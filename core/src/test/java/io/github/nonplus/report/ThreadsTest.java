package io.github.nonplus.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/// How many threads of this process computed.
class ThreadsTest {
  @Test
  void aDeviceThatComputesElsewhereHasNone() {
    assertThat(ResultText.threads(0)).isEmpty();
    assertThat(ResultText.threads(1)).isEqualTo("1 thread, ");
    assertThat(ResultText.threads(8)).isEqualTo("8 threads, ");
  }
}
