package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ListDevicesTest {
  @Test
  void everyDeviceIsListedUnderTheNameThatItIsAskedFor() {
    CommandRun run = CommandRun.of("devices");
    assertThat(run.code()).isZero();
    assertThat(run.out())
        .containsPattern("(?m)^cpu: .+ processors\\)$")
        .containsPattern("(?m)^  kernels +\\S+")
        .containsPattern("(?m)^null: executes nothing$");
  }

  /// Either a device with its limits, or one sentence on what is missing.
  @Test
  void openClIsListedOrItsAbsenceExplained() {
    assertThat(CommandRun.of("devices").out())
        .containsPattern(
            "(?ms)^opencl:0: .+^  largest allocation +[0-9].+^  kernels +portable-"
                + "|^opencl: .+install");
  }
}
