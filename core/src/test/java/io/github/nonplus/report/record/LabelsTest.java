package io.github.nonplus.report.record;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Names of results on one page.
class LabelsTest {
  @TempDir Path directory;

  private ResultRecord record(String name, Consumer<ObjectNode> change) {
    return RecordFile.read(RecordText.write(directory.resolve(name), change));
  }

  private ResultRecord onDevice(String name, String device) {
    return record(name, json -> json.putObject("execution").put("device", device));
  }

  private static List<String> labels(ResultRecord... records) {
    return Labels.distinct(List.of(records)).stream().map(ResultRecord::label).toList();
  }

  @Test
  void differentNamesStayAsTheyAre() {
    ResultRecord other =
        record("other", json -> ((ObjectNode) json.get("model")).put("quantization", "source"));
    assertThat(labels(record("one", _ -> {}), other)).containsExactly("tiny q4f16_0", "tiny");
  }

  @Test
  void whatDiffersIsAdded() {
    assertThat(labels(onDevice("a", "cpu"), onDevice("b", "opencl")))
        .containsExactly("tiny q4f16_0, cpu", "tiny q4f16_0, opencl");
    assertThat(labels(onDevice("a", "cpu"), onDevice("b", "cpu")))
        .containsExactly("tiny q4f16_0, a", "tiny q4f16_0, b");
  }

  @Test
  void theSameFileTwiceIsNumbered() {
    ResultRecord one = record("a", _ -> {});
    assertThat(labels(one, one)).containsExactly("tiny q4f16_0 (1)", "tiny q4f16_0 (2)");
  }
}
