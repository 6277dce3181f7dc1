package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

  /// An editor, or a transfer as text, leaves a byte order mark and line ends of Windows.
  @Test
  void filesWithTheLineEndsOfWindowsMatch() throws IOException {
    for (Path file : List.of(windows, model.config())) {
      Files.writeString(file, "\ufeff" + Files.readString(file).replace("\n", "\r\n"));
    }
    CommandRun run = CommandRun.of("verify", record, "--rescore", 2);
    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(run.out()).containsPattern("windows +matches");
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

  @Test
  void windowsScoredAnewAreThoseOfTheRecord() throws IOException {
    CommandRun run = CommandRun.of("verify", record, "--rescore", 2, "--device", "cpu");
    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .containsPattern("scores +matches +2 windows scored anew on cpu.*: at most 0.0e\\+00 nats");
  }

  @Test
  void lossesThatTheModelDoesNotGiveDiffer() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(record.toFile());
    double mean = 0;
    for (var window : json.get("windows_scored")) {
      ArrayNode nll = (ArrayNode) window.get("nll");
      for (int i = 0; i < nll.size(); i++) {
        mean += 1.5 / nll.size() / 2;
        nll.set(i, mapper.getNodeFactory().numberNode(1.5)); // a mean without any error
      }
    }
    json.put("mean_nll", mean).put("perplexity", Math.exp(mean));
    json.put("standard_error", 0.0).put("standard_error_nll", 0.0);
    mapper.writeValue(record.toFile(), json);
    CommandRun plain = CommandRun.of("verify", record);
    assertThat(plain.code()).as(plain.out() + plain.err()).isZero();
    CommandRun run = CommandRun.of("verify", record, "--rescore", 1);
    assertThat(run.code()).as(run.out() + run.err()).isEqualTo(1);
    assertThat(run.out()).containsPattern("scores +differs");
  }

  @Test
  void aResultWithoutScoresIsRescoredAsAWhole() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode json = (ObjectNode) mapper.readTree(record.toFile());
    json.remove("windows_scored");
    Path plain = directory.resolve("plain.json");
    mapper.writeValue(plain.toFile(), json);
    assertThat(CommandRun.of("verify", plain, "--rescore", 1).err())
        .contains("holds no scores", "--rescore 2");
    CommandRun same = CommandRun.of("verify", plain, "--rescore", 2);
    assertThat(same.code()).as(same.out() + same.err()).isZero();
    assertThat(same.out()).containsPattern("scores +matches");
    json.put("mean_nll", 1.0).put("perplexity", Math.exp(1.0)).putNull("standard_error");
    mapper.writeValue(plain.toFile(), json);
    CommandRun other = CommandRun.of("verify", plain, "--rescore", 2);
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.out()).containsPattern("scores +differs");
  }
}
