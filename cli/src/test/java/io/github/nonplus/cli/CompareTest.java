package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract of `compare`.
class CompareTest {
  @TempDir Path directory;

  private Path baseline;
  private Path other;

  @BeforeEach
  void score() {
    TinyModel model = TinyModel.llama(directory);
    Path windows =
        TinyModel.windows(directory, "1 2 3 4 5\n3 4 5 6 7\n".repeat(4) + "9 10 11 12\n");
    baseline = record(model.path(), windows);
    other = record(model.converted("q3f16_1"), windows);
  }

  private Path record(Path model, Path windows) {
    Path file = directory.resolve(model.getFileName() + ".record.json");
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            model,
            "--device=cpu",
            "--input-path",
            windows,
            "--record",
            file);
    assertThat(run.code()).as(run.err()).isZero();
    return file;
  }

  @Test
  void everyDifferenceHasItsErrorAndItsCauses() {
    CommandRun run = CommandRun.of("compare", baseline, other, "--worst", 2);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err()).isEmpty();
    String n = "\\d+\\.\\d{4}";
    List<String> lines = run.out().lines().toList();
    assertThat(lines.get(0).trim().split("  +"))
        .containsExactly("perplexity", "± 95 %", "difference", "± 95 %", "ratio");
    assertThat(lines.get(1)).matches("llama +N +N".replace("N", n));
    assertThat(lines.get(2)).matches("llama-q3f16_1 +N +N +[+-]N +N +\\d\\.\\d{5}".replace("N", n));
    assertThat(lines.get(4)).isEqualTo("llama-q3f16_1 against llama");
    assertThat(run.out())
        .containsPattern("  mean loss   [+-]\\d\\.\\d{6} ± N nats: ".replace("N", n))
        .containsPattern("  resolution  .* 0\\.01")
        .containsPattern("\n         2 to 3 +\\d+ tokens")
        .containsPattern("window \\d: <1> <2>|window \\d: \\d+ \\d+")
        .contains("With fewer than 200 windows the intervals may be too narrow");
  }

  @Test
  void jsonHoldsTheSameNumbers() throws IOException {
    CommandRun run = CommandRun.of("compare", baseline, other, baseline, "--json", "--worst=1");
    JsonNode json = new ObjectMapper().readTree(run.out());
    JsonNode first = json.get("comparisons").get(0);
    assertThat(json.get("comparisons")).hasSize(2);
    assertThat(first.get("perplexity_difference").get("value").asDouble())
        .isEqualTo(
            first.get("result").get("perplexity").get("value").asDouble()
                - json.get("baseline").get("perplexity").get("value").asDouble());
    assertThat(first.get("worst_tokens")).hasSize(1);
    assertThat(first.get("more_windows_to_resolve").isNumber()).isTrue();
    JsonNode itself = json.get("comparisons").get(1);
    assertThat(itself.get("mean_nll_difference").get("high").asDouble()).isZero();
  }

  @Test
  void oneRecordIsNotEnough() {
    assertThat(CommandRun.of("compare", baseline).code()).isEqualTo(2);
    assertThat(CommandRun.of("compare", baseline, other, "--resolve=0").err())
        .startsWith("nonplus: --resolve is 0.0, expected a number above 0\n");
    assertThat(CommandRun.of("compare", baseline, other, "--worst=-1").err())
        .startsWith("nonplus: --worst is -1, expected 0 to 1000\n");
  }

  @Test
  void recordsOfOtherWindowsAreRefused() {
    TinyModel.edit(other, json -> ((ObjectNode) json.get("corpus")).put("windows_sha256", "other"));
    Refusal.of(directory, "compare", baseline, other)
        .mentions(baseline, other, "calculate both on the same windows");
  }

  @Test
  void resultWithoutScoresIsRefused() throws IOException {
    Path plain = Files.writeString(directory.resolve("plain.json"), "{\"perplexity\": 3}");
    Refusal.of(directory, "compare", baseline, plain)
        .says("%s holds a result without its scores; calculate it again with --record FILE", plain);
    Refusal.of(directory, "compare", baseline, directory.resolve("none"))
        .says("%s is missing", directory.resolve("none"));
  }
}
