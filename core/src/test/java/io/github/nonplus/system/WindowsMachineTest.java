package io.github.nonplus.system;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class WindowsMachineTest {
  private static final long TEN_MEGABYTES = 10L << 20;
  private static final long A_TERABYTE = 1L << 40;

  @Test
  @EnabledOnOs(value = OS.WINDOWS, disabledReason = "asks Windows")
  void windowsTellsPeakMemoryAndProcessor() {
    assertThat(WindowsMachine.peakMemory().orElseThrow()).isBetween(TEN_MEGABYTES, A_TERABYTE);
    assertThat(WindowsMachine.processor().orElseThrow()).isNotBlank();
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "others are not asked")
  void otherSystemsAreNotAsked() {
    assertThat(WindowsMachine.peakMemory()).isEmpty();
    assertThat(WindowsMachine.processor()).isEmpty();
  }
}
