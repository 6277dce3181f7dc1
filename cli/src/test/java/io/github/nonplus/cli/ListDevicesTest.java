package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
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

  @Test
  void jsonHoldsTheSameDevices() throws IOException {
    JsonNode json = new ObjectMapper().readTree(CommandRun.of("devices", "--json").out());
    List<String> lines = CommandRun.of("devices").out().lines().toList();
    for (JsonNode device : json) {
      String name = device.get("name").asText();
      assertThat(lines).contains(name + ": " + device.get("description").asText());
      assertThat(device.get("is_here").asBoolean()).isEqualTo(!device.get("facts").isEmpty());
    }
    assertThat(json)
        .anyMatch(device -> device.at("/facts/kernels").asText().matches("scalar|vector-.*"));
  }
}
