package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.program.MemoryPlan;
import io.github.nonplus.program.Program;
import org.junit.jupiter.api.Test;

class WantedBatchTest {
  private static final Program PROGRAM = SmallModel.score().program();

  @Test
  void eachWorkerHasTokensOfItsOwn() {
    assertThat(WantedBatch.of(PROGRAM, 1, Long.MAX_VALUE)).isEqualTo(512);
    assertThat(WantedBatch.of(PROGRAM, 32, Long.MAX_VALUE)).isEqualTo(16_384);
    int batch = WantedBatch.of(PROGRAM, 32, Long.MAX_VALUE);
    assertThat(new Share(32, batch).byTokens(false)).isTrue();
  }

  @Test
  void theirActivationsTakeAnEighthOfTheMemoryAtMost() {
    long token = (long) Float.BYTES * MemoryPlan.of(PROGRAM).width();
    assertThat(WantedBatch.of(PROGRAM, 32, 8 * 1000 * token)).isEqualTo(1000);
  }
}
