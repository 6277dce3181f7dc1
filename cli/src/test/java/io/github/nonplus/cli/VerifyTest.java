package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract of `verify`.
class VerifyTest {
  @TempDir Path directory;

  private TinyModel model;
  private Path windows;
  private Path record;

  @BeforeEach
  void score() {
    model = TinyModel.llama(directory);
    windows = TinyModel.windows(directory, "1 2 3 4 5\n3 4 5 6 7\n");
    record = directory.resolve("result.json");
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            model.path(),
            "--device=cpu",
            "--kernels=scalar", // the user's choice, which a device's own must not contradict
            "--input-path",
            windows,
            "--record",
            record);
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void whatIsAsItWasMatches() {
    CommandRun run = CommandRun.of("verify", record);
    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .containsPattern("perplexity +matches +what the record's scores give")
        .containsPattern("windows +matches")
        .containsPattern("weights +matches")
        .containsPattern("device +matches +cpu")
        .containsPattern("build +matches")
        .containsPattern("text +unclaimed")
        .contains("0 differ, 0 are not there");
  }

  @Test
  void otherWindowsDifferAndEndWithOne() throws IOException {
    Files.writeString(windows, "1 2 3 4 5\n3 4 5 6 8\n");
    CommandRun run = CommandRun.of("verify", record);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).containsPattern("windows +differs").contains("1 differ");
  }

  @Test
  void otherWeightsDiffer() {
    CommandRun run = CommandRun.of("verify", record, "--model", model.converted("q4f16_0"));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).containsPattern("weights +differs");
  }

  @Test
  void whatIsNotThereIsAbsentAndNoDifference() throws IOException {
    Files.delete(windows);
    CommandRun run = CommandRun.of("verify", record);
    assertThat(run.code()).as(run.out()).isZero();
    assertThat(run.out()).containsPattern("windows +absent .* is not there");
  }

  @Test
  void anotherBuildAndAnotherDeviceAreSaid() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(record.toFile());
    ((ObjectNode) json.get("versions")).put("build_sha256", "0".repeat(64));
    ((ObjectNode) json.get("execution")).put("device", "opencl:99");
    mapper.writeValue(record.toFile(), json);
    CommandRun run = CommandRun.of("verify", record, "--json");
    assertThat(run.code()).isEqualTo(1);
    assertThat(mapper.readTree(run.out()).findValuesAsText("state"))
        .contains("DIFFERS", "ABSENT", "MATCHES");
  }

  @Test
  void scoresThatDoNotGiveThePerplexityAreRefused() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(record.toFile());
    json.put("mean_nll", json.get("mean_nll").doubleValue() + 1e-3);
    mapper.writeValue(record.toFile(), json);
    CommandRun run = CommandRun.of("verify", record);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).startsWith("nonplus: ").contains(record.toString());
  }

  @Test
  void aPerplexityThatItsMeanDoesNotGiveIsRefused() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(record.toFile());
    json.put("perplexity", json.get("perplexity").doubleValue() - 0.01);
    mapper.writeValue(record.toFile(), json);
    CommandRun run = CommandRun.of("verify", record);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err())
        .contains("claims perplexity ", "but its mean negative log-likelihood gives ");
  }

  @Test
  void whatIsNoResultIsRefused() throws IOException {
    Path other = Files.writeString(directory.resolve("other.json"), "{\"a\": 1}");
    CommandRun run = CommandRun.of("verify", other);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("is no result").contains("calculate-perplexity --record");
  }
}
