package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.report.record.RecordFile;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.ScoredWindow;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The contract of `calculate-perplexity`.
class CalculatePerplexityTest {
  private static final Path MODEL = TinyModel.original("llama");

  @TempDir Path directory;

  /// Whoever wrote the windows, nobody says that a protocol made them, or that they overlap.
  @Test
  void windowsOfUnknownOriginAreScoredAsTheOriginalsWithoutBeingCalledThem() {
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            TinyModel.original("llama"),
            "--device",
            "cpu",
            "--input-path",
            TinyModel.windows(directory));
    assertThat(run.out())
        .contains(
            "  protocol   none is named by the file of windows, scored as by qualcomm-mlc: exp of")
        .contains("the standard error is over windows, as if they were independent");
  }

  @Test
  void everyWindowIsPrintedAndThenTheResultInWords() {
    CommandRun run = scoring();
    assertThat(run.code()).as(run.err()).isZero();
    List<String> lines = run.out().lines().toList();
    String number = "-?\\d+\\.\\d{4}";
    assertThat(lines.get(0))
        .matches(
            "\\[1/3] log-probability N of 4 tokens, perplexity N, cumulative N"
                .replace("N", number));
    assertThat(lines.get(2)).startsWith("[3/3] log-probability ");
    assertThat(lines.get(3))
        .matches(
            "Perplexity N, standard error N \\(mean negative log-likelihood \\S+ nats, standard error \\S+\\)"
                .replace("N", number));
    assertThat(lines.subList(4, lines.size()).stream().map(line -> line.split(" +")[1]))
        .containsExactly("protocol", "windows", "input", "text", "model", "device", "speed");
    assertThat(run.err())
        .startsWith("Compiling " + MODEL + " in memory, because no model library is given.\n");
  }

  @Test
  void jsonIsTheWholeResultAndNothingElse() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Path tokenizer = Files.writeString(model.path().resolve("tokenizer.json"), "{}");
    Path weights = model.converted("q4f16_1");
    Path library = model.compiled("q4f16_1", "--perplexity");
    Path windows = TinyModel.windows(directory);
    String windowsSha256 = Sha256.of(windows);
    new WindowsOrigin(windowsSha256, "book", "5".repeat(64), "7".repeat(64), 5, 4, 9, 0)
        .write(windows);
    JsonNode json =
        json("--model", weights, "--model-lib", library, "--input-path", windows, "--threads", 2);
    assertThat(json.get("tokens_scored").asInt()).isEqualTo(9);
    assertThat(json.get("windows").asInt()).isEqualTo(3);
    assertThat(json.get("perplexity").asDouble())
        .isEqualTo(Math.exp(json.get("mean_nll").asDouble()));
    assertThat(json.get("standard_error").asDouble()).isPositive();
    assertThat(json.get("standard_error_nll").asDouble()).isPositive();
    assertThat(json.get("protocol").asText()).isEqualTo("qualcomm-mlc");
    assertThat(json.get("averaging").asText())
        .isEqualTo("exp of the mean over windows of the mean over scored tokens");
    assertThat(json.get("corpus"))
        .hasToString(
            """
            {"windows_file":"%s","windows_sha256":"%s","longest_window":5,"window":5,"stride":4,\
            "text":"book","text_sha256":"%s"}"""
                .formatted(escaped(windows), windowsSha256, "5".repeat(64)));
    assertThat(json.get("model"))
        .hasToString(
            """
            {"path":"%s","model_type":"llama","quantization":"q4f16_1","weight_bytes":58240,\
            "weights_sha256":"%s","tokenizer_sha256":"%s","parameters":102720,\
            "interpretation":{"name":"mlc",\
            "words":"what MLC LLM's own llama computes, in float32 arithmetic","config":null,\
            "cost":null,"differences":[]}}"""
                .formatted(
                    escaped(weights),
                    Sha256.of(weights.resolve("params_shard_0.bin")),
                    Sha256.of(tokenizer)));
    JsonNode execution = json.get("execution");
    assertThat(execution.get("device").asText()).isEqualTo("cpu");
    assertThat(execution.get("device_description").asText()).isNotBlank();
    assertThat(execution.get("kernels").asText()).isNotBlank();
    assertThat(execution.get("threads").asInt()).isEqualTo(2);
    assertThat(execution.get("arithmetic").asText()).isEqualTo("float32");
    assertThat(execution.get("library").asText()).isEqualTo(library.toString());
    assertThat(execution.get("library_sha256").asText()).isEqualTo(Sha256.of(library));
    assertThat(execution.get("started").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\S+Z");
    assertThat(execution.get("seconds").asDouble()).isPositive();
    assertThat(execution.get("tokens_per_second").asDouble()).isPositive();
    assertThat(execution.has("peak_memory_bytes")).isTrue();
    assertThat(json.get("versions").properties().stream().map(Map.Entry::getKey))
        .containsExactly("nonplus", "build_sha256", "java", "os");
  }

  @Test
  void aRecordHoldsTheWeightsOfTheProtocol() throws IOException {
    Path windows = directory.resolve("w");
    String file =
        """
        #nonplus-windows {"version":1,"protocol":"hf-stride","window":4,"stride":2,\
        "last_id_is_fed":true}
        #document {"name":"a","words":3,"bytes":9}
        3:1 2 3 4
        2:3 4 5 6
        """;
    Files.writeString(windows, file);
    Path record = directory.resolve("record.json");
    json("--model", MODEL, "--input-path", windows, "--record", record);
    assertThat(RecordFile.read(record).windows().stream().map(ScoredWindow::weight))
        .containsExactly(3.0, 1.0);
    Files.writeString(windows, file.replace("hf-stride", "hf-evaluate"));
    json("--model", MODEL, "--input-path", windows, "--record", record);
    assertThat(RecordFile.read(record).windows().stream().map(ScoredWindow::weight))
        .containsExactly(1.0, 1.0);
  }

  @Test
  void aFileThatCarriesAProtocolIsScoredByIt() throws IOException {
    Path windows = directory.resolve("w");
    Files.writeString(
        windows,
        """
        #nonplus-windows {"version":1,"protocol":"llamacpp","window":4,"stride":4,\
        "last_id_is_fed":true}
        #document {"name":"a","words":3,"bytes":9}
        1:1 2 3 4
        #document {"name":"b","words":3,"bytes":9}
        1:5 6 7 8
        """);
    JsonNode json = json("--model", MODEL, "--input-path", windows);
    assertThat(json.get("protocol").asText()).isEqualTo("llamacpp");
    assertThat(json.get("tokens_scored").asInt()).isEqualTo(2);
    assertThat(json.at("/documents/1/name").asText()).isEqualTo("b");
    double macro =
        (json.at("/documents/0/mean_nll").asDouble() + json.at("/documents/1/mean_nll").asDouble())
            / 2;
    assertThat(json.at("/figures/macro_perplexity").asDouble()).isEqualTo(Math.exp(macro));
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            MODEL,
            "--device",
            "cpu",
            "--input-path",
            windows,
            "--running");
    assertThat(run.out()).matches("(?s)\\[1]\\d+\\.\\d{4},\\[2]\\d+\\.\\d{4},\nPerplexity .*");
  }

  @Test
  void theDeviceIsHeldAgainstTheReferenceWhereItIsAsked() throws IOException {
    JsonNode json =
        json("--model", MODEL, "--input-path", TinyModel.windows(directory), "--verify", 2);
    assertThat(json.at("/verification/reference").asText()).isEqualTo("cpu, kernels scalar");
    assertThat(json.at("/verification/windows").toString()).isEqualTo("[1,3]");
    assertThat(json.at("/verification/passed_over").toString()).isEqualTo("[]");
    assertThat(json.at("/verification/operations/1").toString())
        .startsWith("{\"layer\":0,\"operation\":\"norm attention.norm\",\"difference\":0.0,");
    CommandRun run = scoring("--verify", 9);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains(
            "  verified   agrees within 0.0e+00 nats a token with cpu, kernels scalar, windows 1, 2,"
                + " 3\n")
        .containsPattern("\n +norm attention.norm +0.0e\\+00 \\(\\d\\.\\de-0\\d\\)\n");
    assertThat(run.err()).contains("windows verified: 3 of 3 (100%)");
  }

  @Test
  void windowsOfAnotherTokenizerAreToldBeforeHoursAreSpent() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Path tokenizer = Files.writeString(model.path().resolve("tokenizer.json"), "{}");
    Path windows = TinyModel.windows(directory);
    for (String digest : List.of(Sha256.of(tokenizer), "7".repeat(64))) {
      new WindowsOrigin(Sha256.of(windows), "book", "5".repeat(64), digest, 5, 4, 9, 0)
          .write(windows);
      CommandRun run =
          CommandRun.of(
              "calculate-perplexity",
              "--model",
              model.path(),
              "--device=cpu",
              "--input-path",
              windows);
      assertThat(run.code()).isZero();
      assertThat(run.err().contains("Warning: " + windows + " was made with another tokenizer"))
          .isEqualTo(digest.startsWith("7777"));
    }
  }

  @Test
  void oneWindowHasNoStandardError() throws IOException {
    Path windows = TinyModel.windows(directory, "1 2 3\n");
    JsonNode json = json("--model", MODEL, "--input-path", windows);
    assertThat(json.get("standard_error").isNull()).isTrue();
    assertThat(json.get("standard_error_nll").isNull()).isTrue();
    assertThat(json.toString()).doesNotContain("NaN");
    assertThat(
            CommandRun.of(
                    "calculate-perplexity",
                    "--model",
                    MODEL,
                    "--device=cpu",
                    "--input-path",
                    windows)
                .out())
        .containsPattern(
            "\nPerplexity \\d+\\.\\d{4} \\(mean negative log-likelihood \\S+ nats\\)\n")
        .contains("one window has no standard error")
        .doesNotContain("NaN");
  }

  @Test
  void filesOfValuesHoldWhatThePerplexityIsMadeOf() throws IOException {
    Path perWindow = directory.resolve("windows.tsv");
    Path perToken = directory.resolve("tokens.tsv");
    Path windows = TinyModel.windows(directory);
    JsonNode json =
        json(
            "--model",
            MODEL,
            "--input-path",
            windows,
            "--per-window",
            perWindow,
            "--per-token",
            perToken);
    List<String[]> windowRows = rows(perWindow);
    List<String[]> tokenRows = rows(perToken);
    assertThat(windowRows.removeFirst())
        .containsExactly(
            "window", "scored_tokens", "log_probability", "mean_nll", "cumulative_perplexity");
    assertThat(tokenRows.removeFirst()).containsExactly("window", "position", "nll");
    assertThat(windowRows.stream().map(row -> row[0] + ":" + row[1]))
        .containsExactly("1:4", "2:2", "3:3");
    assertThat(tokenRows.stream().map(row -> row[0] + ":" + row[1]))
        .containsExactly("1:1", "1:2", "1:3", "1:4", "2:1", "2:2", "3:1", "3:2", "3:3");
    double perplexity = json.get("perplexity").asDouble();
    assertThat(Math.exp(mean(windowRows.stream().map(row -> row[3]).toList())))
        .isEqualTo(perplexity, within(1e-12 * perplexity));
    assertThat(Double.parseDouble(windowRows.getLast()[4])).isEqualTo(perplexity);
    Map<String, List<String>> tokensOf =
        tokenRows.stream()
            .collect(
                Collectors.groupingBy(
                    row -> row[0],
                    TreeMap::new,
                    Collectors.mapping(row -> row[2], Collectors.toList())));
    for (String[] row : windowRows) {
      List<String> tokens = tokensOf.get(row[0]);
      assertThat(mean(tokens)).isEqualTo(Double.parseDouble(row[3]));
      assertThat(-mean(tokens) * tokens.size())
          .isEqualTo(
              Double.parseDouble(row[2]), within(1e-12 * Math.abs(Double.parseDouble(row[2]))));
    }
  }

  @Test
  void recordHoldsTheResultAndEverythingItIsMadeOf() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Files.writeString(
        model.path().resolve("tokenizer.json"), "{\"model\": {\"vocab\": {\"one\": 1}}}");
    Path file = directory.resolve("record.json");
    Path windows = TinyModel.windows(directory);
    JsonNode json = json("--model", model.path(), "--input-path", windows, "--record", file);
    ResultRecord record = RecordFile.read(file);
    record.facts().remove("format");
    assertThat(record.facts()).isEqualTo(json);
    assertThat(record.windows().stream().map(ScoredWindow::ids).map(Arrays::toString))
        .containsExactly("[1, 2, 3, 4, 5]", "[6, 7, 8]", "[9, 10, 11, 12]");
    assertThat(record.windows().stream().mapToDouble(ScoredWindow::mean).sum() / 3)
        .isEqualTo(json.get("mean_nll").asDouble(), within(1e-15));
    assertThat(record.texts().orElseThrow().of(new int[] {1}, 0, 1)).isEqualTo("one");
  }

  @Test
  void libraryAndCompilationInMemoryScoreAlike() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Path weights = model.converted("q3f16_0");
    Path library = model.compiled("q3f16_0", "--perplexity");
    Path windows = TinyModel.windows(directory);
    assertThat(
            json("--model", weights, "--model-lib", library, "--input-path", windows)
                .get("perplexity"))
        .isEqualTo(json("--model", weights, "--input-path", windows).get("perplexity"));
  }

  @Test
  void tiedAndShardedCheckpointIsScored() throws IOException {
    JsonNode json =
        json(
            "--model",
            TinyModel.original("llama-tied-sharded"),
            "--input-path",
            TinyModel.windows(directory));
    assertThat(json.at("/model/quantization").asText()).isEqualTo("source");
    assertThat(json.at("/model/tokenizer_sha256").isNull()).isTrue();
    assertThat(json.at("/execution/library").isNull()).isTrue();
  }

  @Test
  void optionsMayBeSpelledWithUnderscores() {
    TinyModel model = TinyModel.llama(directory);
    Path library = model.compiled("q4f16_1", "--perplexity");
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            model.converted("q4f16_1"),
            "--model_lib",
            library,
            "--device",
            "cpu",
            "--input_path",
            TinyModel.windows(directory),
            "--batch_size=2",
            "--per_window",
            directory.resolve("values_of_windows.tsv"));
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(directory.resolve("values_of_windows.tsv")).exists();
  }

  @ParameterizedTest
  @CsvSource({
    "--threads,    0,    '--threads is 0, expected 1 to 1024'",
    "--threads,    1025, '--threads is 1025, expected 1 to 1024'",
    "--verify,     0,    '--verify is 0, expected 1 to 2147483647'",
    "--batch-size, 0,    '--batch-size is 0, expected 1 to 2147483647'",
  })
  void numbersOutOfRangeAreUsageErrors(String option, String value, String sentence) {
    assertThat(scoring(option, value))
        .isEqualTo(
            new CommandRun(
                2, "", "nonplus: " + sentence + "\nSee 'nonplus calculate-perplexity --help'.\n"));
  }

  @Test
  void wordInPlaceOfANumberIsAUsageError() {
    CommandRun run = scoring("--threads", "many");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err())
        .isEqualTo(
            "nonplus: Invalid value for option '--threads': 'many' is not an int\n"
                + "See 'nonplus calculate-perplexity --help'.\n");
  }

  @Test
  void missingAndUnknownOptionsAreUsageErrors() {
    assertThat(CommandRun.of("calculate-perplexity").err())
        .startsWith("nonplus: Missing required option: '--model=DIR'\n");
    assertThat(CommandRun.of("calculate-perplexity", "--model", MODEL, "--device=cpu"))
        .isEqualTo(
            new CommandRun(
                2,
                "",
                "nonplus: Missing required option: '--input-path=FILE'\n"
                    + "See 'nonplus calculate-perplexity --help'.\n"));
    assertThat(scoring("--quickly").err()).startsWith("nonplus: Unknown option: '--quickly'\n");
    assertThat(scoring("--quickly").code()).isEqualTo(2);
  }

  private CommandRun scoring(Object... more) {
    return CommandRun.of(
        CommandRun.joined(
            more,
            "calculate-perplexity",
            "--model",
            MODEL,
            "--device",
            "cpu",
            "--input-path",
            TinyModel.windows(directory)));
  }

  private static JsonNode json(Object... options) throws IOException {
    CommandRun run =
        CommandRun.of(
            CommandRun.joined(options, "calculate-perplexity", "--json", "--device", "cpu"));
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper()
        .readerFor(JsonNode.class)
        .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .readValue(run.out());
  }

  private static List<String[]> rows(Path file) throws IOException {
    return new ArrayList<>(
        Files.readAllLines(file).stream().map(line -> line.split("\t")).toList());
  }

  private static double mean(List<String> values) {
    return values.stream().mapToDouble(Double::parseDouble).reduce(0, Double::sum) / values.size();
  }

  /// A path inside a text of JSON.
  private static String escaped(Path path) {
    return path.toString().replace("\\", "\\\\");
  }
}
