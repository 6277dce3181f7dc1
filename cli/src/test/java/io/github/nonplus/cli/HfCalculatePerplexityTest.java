package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The contract of `hf-calculate-perplexity`.
class HfCalculatePerplexityTest {
  private static final Path MODEL = TinyModel.original("llama");

  @TempDir Path directory;

  @Test
  void fullPrecisionAndFourBitsStandSideBySide() {
    CommandRun run = scoring();
    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    assertThat(lines.get(0)).startsWith("float32 [1/3] log-probability ");
    assertThat(lines.get(3)).startsWith("fp4 [1/3] log-probability ");
    assertThat(lines.subList(lines.size() - 3, lines.size()).stream().map(l -> l.split(" +")[0]))
        .containsExactly("", "float32", "fp4");
    assertThat(lines.getLast())
        .matches("fp4 +\\d+\\.\\d{4} +[+-]\\d+\\.\\d{4} +\\d+\\.\\d{6} +\\d+");
    assertThat(run.err()).contains("windows in float32", "windows in fp4");
  }

  @Test
  void jsonIsTheRecordThatDevicesGive() throws IOException {
    JsonNode json = json("--precision", "float64", "--json");
    assertThat(json.get("tokens_scored").asInt()).isEqualTo(9);
    assertThat(json.at("/execution/device").asText()).isEqualTo("pytorch");
    assertThat(json.at("/execution/device_description").asText()).startsWith("libtorch 2.");
    assertThat(json.at("/execution/arithmetic").asText()).isEqualTo("float64");
    assertThat(json.at("/model/quantization").asText()).isEqualTo("source");
    assertThat(json.at("/versions/libtorch").asText()).isNotBlank();
    JsonNode own =
        read(
            CommandRun.of(
                "calculate-perplexity",
                "--model",
                MODEL,
                "--device=cpu",
                "--json",
                "--input-path",
                TinyModel.windows(directory)));
    assertThat(json.at("/mean_nll").asDouble())
        .isCloseTo(own.at("/mean_nll").asDouble(), within(2e-6));
    assertThat(json.at("/model/weights_sha256")).isEqualTo(own.at("/model/weights_sha256"));
    assertThat(json.at("/model/weight_bytes")).isEqualTo(own.at("/model/weight_bytes"));
    assertThat(json.get("corpus")).isEqualTo(own.get("corpus"));
    assertThat(json.get("protocol")).isEqualTo(own.get("protocol"));
  }

  @Test
  void jsonOfSeveralPrecisionsIsAnArray() throws IOException {
    JsonNode json = json("--precision", "nf4,fp4", "--double-quant", "--json");
    assertThat(json.get(0).at("/model/quantization").asText()).isEqualTo("bitsandbytes-nf4-double");
    assertThat(json.get(1).at("/model/quantization").asText()).isEqualTo("bitsandbytes-fp4-double");
    assertThat(json).hasSize(2);
  }

  @Test
  void filesOfValuesAreThoseOfCalculatePerplexity() throws IOException {
    Path windows = directory.resolve("w.tsv");
    Path tokens = directory.resolve("t.tsv");
    CommandRun run = scoring("--precision=float32", "--per-window", windows, "--per-token", tokens);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Files.readAllLines(windows)).hasSize(4).first().asString().startsWith("window\t");
    assertThat(Files.readAllLines(tokens)).hasSize(10);
  }

  @ParameterizedTest
  @CsvSource({
    "--precision=int3, is 'int3'",
    "'--precision=nf4,nf4', names nf4 twice",
    "'--precision=float32 --double-quant', needs fp4 or nf4",
    "--per-window=x.tsv, hold one precision",
    "--threads=0, expected 1 to 1024",
    "--windows=2-3, 'is ''2-3'', expected two numbers'",
    "--engine=jax, expected pytorch or transformers",
    "--python=python3, is for --engine transformers",
  })
  void whatMakesNoSenseIsRefused(String options, String reason) {
    CommandRun run = scoring((Object[]) options.split(" "));
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains(reason);
  }

  @Test
  void aPartOfTheWindowsIsNamedInTheResult() throws IOException {
    CommandRun run = scoring("--precision=float32", "--windows", "2..3");
    assertThat(run.out().lines().toList().get(0)).startsWith("float32 [2/3] log-probability ");
    JsonNode json = json("--precision=float32", "--windows=2..3", "--json");
    assertThat(json.get("windows").asInt()).isEqualTo(2);
    assertThat(json.get("tokens_scored").asInt()).isEqualTo(5);
    assertThat(json.get("figures")).hasToString("{\"first_window\":2.0,\"last_window\":3.0}");
    assertThat(scoring("--windows=3..4").err())
        .contains("has 3 windows, so there are no windows 3..4");
  }

  @Test
  void bfloat16IsNearFullPrecisionButNotIt() throws IOException {
    JsonNode json = json("--precision", "float32,bfloat16", "--json");
    double full = json.get(0).get("mean_nll").asDouble();
    double rounded = json.get(1).get("mean_nll").asDouble();
    // Eight bits of precision: 0.4 % of each logit, and logits of this tiny model are below 2.
    assertThat(rounded).isNotEqualTo(full).isCloseTo(full, within(0.02));
    assertThat(json.get(1).at("/execution/arithmetic").asText()).startsWith("bfloat16; ");
  }

  @Test
  void convertedWeightsAreRefused() throws IOException {
    Path weights = TinyModel.llama(directory).converted("q4f16_1");
    CommandRun run =
        CommandRun.of(
            "hf-calculate-perplexity",
            "--model-path",
            weights,
            "--input-path",
            TinyModel.windows(directory));
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).contains("holds no config.json", "PyTorch reads no converted weights");
  }

  private JsonNode json(Object... options) throws IOException {
    return read(scoring(options));
  }

  private static JsonNode read(CommandRun run) throws IOException {
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  private CommandRun scoring(Object... options) {
    return CommandRun.of(
        CommandRun.joined(
            options,
            "hf-calculate-perplexity",
            "--model-path",
            MODEL,
            "--input-path",
            TinyModel.windows(directory)));
  }
}
