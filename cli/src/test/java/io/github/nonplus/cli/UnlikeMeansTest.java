package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Protocols whose number is no mean over windows have records, comparisons and divergences as the
/// others have.
class UnlikeMeansTest {
  private static final Path MODEL = Path.of("../examples/novella-6m");
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private Path windows(String protocol) throws IOException {
    Path text = directory.resolve("rows.jsonl");
    StringBuilder rows = new StringBuilder();
    for (int row = 0; row < 8; row++) {
      rows.append("{\"text\": \"Row %d: it was a dark and stormy night.\"}%n".formatted(row));
    }
    Files.writeString(text, rows);
    Path windows = directory.resolve(protocol);
    run(
        "preprocess-input",
        "--model-path",
        MODEL,
        "--input",
        text,
        "--protocol",
        protocol,
        "--window",
        16,
        "--destination",
        windows);
    return windows;
  }

  private static CommandRun run(Object... command) {
    CommandRun run = CommandRun.of(command);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private Path converted() {
    Path converted = directory.resolve("q4");
    run("convert-weight", MODEL, "--quantization=q4f16_0", "--output", converted);
    return converted;
  }

  private JsonNode record(Path model, Path windows, Path record) throws IOException {
    run(
        "calculate-perplexity",
        "--model",
        model,
        "--device=cpu",
        "--input-path",
        windows,
        "--record",
        record);
    return JSON.readTree(record.toFile());
  }

  @ParameterizedTest
  @ValueSource(strings = {"hf-evaluate", "lm-eval-wikitext", "lm-eval-wikitext-2024"})
  void recordsAreComparedAndDivergencesHaveTheirRatio(String protocol) throws IOException {
    Path windows = windows(protocol);
    Path one = directory.resolve("one.json");
    Path two = directory.resolve("two.json");
    Path converted = converted();
    double source = record(MODEL, windows, one).get("perplexity").asDouble();
    double quantized = record(converted, windows, two).get("perplexity").asDouble();
    JsonNode compared = JSON.readTree(run("compare", one, two, "--json").out());
    JsonNode difference = compared.at("/comparisons/0/perplexity_difference");
    assertThat(difference.get("value").asDouble()).isEqualTo(quantized - source, within(1e-9));
    assertThat(difference.get("low").asDouble()).isLessThan(difference.get("high").asDouble());
    run("report", one, two, "--output", directory.resolve("report.html"));
    JsonNode divergence =
        JSON.readTree(
            run(
                    "calculate-perplexity",
                    "--model",
                    converted,
                    "--device=cpu",
                    "--input-path",
                    windows,
                    "--reference",
                    MODEL,
                    "--json")
                .out());
    assertThat(divergence.at("/divergence/candidate_perplexity").asDouble())
        .isEqualTo(quantized, within(1e-4 * quantized)); // logits in float32, losses from them
    assertThat(divergence.at("/divergence/perplexity_ratio").asDouble())
        .isEqualTo(quantized / source, within(1e-5));
    assertThat(divergence.at("/averaging").asText()).contains("; perplexity: ");
  }

  @Test
  void theRecordSaysByHowManyWordsItDivides() throws IOException {
    JsonNode record = record(MODEL, windows("lm-eval-wikitext"), directory.resolve("record.json"));
    assertThat(record.get("words").asInt()).isEqualTo(8 * 9);
  }
}
