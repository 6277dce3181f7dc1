package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `calculate-perplexity --reference`: two models compared in step.
class ReferenceTest {
  private static final Path NOVELLA = Path.of("../examples/novella-6m");
  private static final Path RECORDED =
      Path.of("../core/src/test/resources/io/github/nonplus/goldens/divergence/novella-6m.kld");

  @TempDir Path directory;

  @Test
  void theResultSaysHowFarTheCandidateIsFromTheReference() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    CommandRun run = compared(model.converted("q4f16_1"), model.path());
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .contains(
            "Compiling " + model.path() + " in memory",
            "Compiling " + model.path() + "-q4f16_1 in memory");
    List<String> lines = run.out().lines().toList();
    assertThat(lines.subList(0, 3))
        .allSatisfy(
            line ->
                assertThat(line)
                    .matches(
                        "\\[\\d/3] KL divergence \\d\\.\\d{6} over \\d tokens, cumulative"
                            + " \\d\\.\\d{6}, perplexity ratio \\d\\.\\d{4}, same top \\S+ %"));
    assertThat(lines.get(3))
        .matches(
            "KL divergence of the candidate from the reference \\S+ nats, standard error \\S+");
    assertThat(lines.get(4)).startsWith("  of the tokens 50 % ≤ ").contains(", 99.9 % ≤ ");
    assertThat(lines.get(5))
        .matches(
            "KL divergence of the reference from the candidate \\S+ nats, standard error \\S+");
    assertThat(run.out())
        .contains("protocol qualcomm-mlc", "candidate     ", "reference     ", "same top ");
  }

  @Test
  void theJsonRecordHoldsBothSidesAndBothDirections() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    JsonNode json = json(compared(model.converted("q4f16_1"), model.path(), "--json"));
    JsonNode divergence = json.get("divergence");
    for (String direction : List.of("reference_to_candidate", "candidate_to_reference")) {
      assertThat(divergence.get(direction).get("mean").asDouble()).isPositive();
      assertThat(divergence.get(direction).get("percentiles").properties())
          .extracting(java.util.Map.Entry::getKey)
          .containsExactly("50", "90", "95", "99", "99.9");
      assertThat(divergence.get(direction).get("largest").asDouble()).isPositive();
    }
    assertThat(divergence.get("perplexity_ratio").asDouble())
        .isCloseTo(
            divergence.get("candidate_perplexity").asDouble()
                / divergence.get("reference_perplexity").asDouble(),
            within(1e-12));
    assertThat(divergence.get("tokens_scored").asInt()).isEqualTo(9);
    assertThat(json.at("/reference/model/quantization").asText()).isEqualTo("source");
    assertThat(json.at("/candidate/model/quantization").asText()).isEqualTo("q4f16_1");
    assertThat(json.at("/corpus/windows_sha256").asText()).hasSize(64);
    assertThat(json.at("/started").asText()).endsWith("Z");
  }

  @Test
  void filesOfValuesHoldWhatTheMeansAreMadeOf() throws IOException {
    TinyModel model = TinyModel.llama(directory);
    Path perWindow = directory.resolve("windows.tsv");
    Path perToken = directory.resolve("tokens.tsv");
    JsonNode json =
        json(
            compared(
                model.converted("q4f16_1"),
                model.path(),
                "--json",
                "--per-window",
                perWindow,
                "--per-token",
                perToken));
    List<String[]> windows = rows(perWindow);
    List<String[]> tokens = rows(perToken);
    assertThat(windows.removeFirst())
        .containsExactly(
            "window",
            "scored_tokens",
            "kld",
            "reverse_kld",
            "same_top_share",
            "reference_mean_nll",
            "mean_nll",
            "cumulative_kld");
    assertThat(tokens.removeFirst())
        .containsExactly(
            "window", "position", "nll", "reference_nll", "kld", "reverse_kld", "same_top");
    assertThat(tokens.stream().map(row -> row[0] + ":" + row[1]))
        .containsExactly("1:1", "1:2", "1:3", "1:4", "2:1", "2:2", "3:1", "3:2", "3:3");
    double mean = windows.stream().mapToDouble(row -> Double.parseDouble(row[2])).sum() / 3;
    assertThat(json.at("/divergence/reference_to_candidate/mean").asDouble())
        .isCloseTo(mean, within(1e-15));
    assertThat(Double.parseDouble(windows.getLast()[7])).isCloseTo(mean, within(1e-15));
    double largest = tokens.stream().mapToDouble(row -> Double.parseDouble(row[4])).max().orElse(0);
    assertThat(json.at("/divergence/reference_to_candidate/largest").asDouble()).isEqualTo(largest);
  }

  @Test
  void aFileOfLlamaCppBringsItsOwnWindows() throws IOException {
    Path perToken = directory.resolve("tokens.tsv");
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            NOVELLA,
            "--device=cpu",
            "--reference",
            RECORDED,
            "--per-token",
            perToken);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("3 chunks of 17 tokens, each begun with the id 1; sha256 ")
        .contains("tokens with ln p ≤ -16 do not count, as llama.cpp has it")
        .contains("KL divergence of the reference from the candidate: not known, see below");
    List<String[]> tokens = rows(perToken);
    assertThat(tokens).hasSize(1 + 3 * 8);
    assertThat(tokens.get(1)[1]).isEqualTo("9");
    assertThat(tokens.get(1)[5]).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "--reference-device, cpu,    '--reference-device says nothing without --reference'",
    "--reference-kernels, scalar, '--reference-kernels says nothing without --reference'",
    "--reference-model-lib, x,   '--reference-model-lib says nothing without --reference'",
  })
  void optionsOfNoReferenceAreUsageErrors(String option, String value, String sentence) {
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            NOVELLA,
            "--device=cpu",
            "--input-path",
            TinyModel.windows(directory),
            option,
            value);
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).startsWith("nonplus: " + sentence + "\n");
  }

  @Test
  void windowsOfTwoPlacesAndOfNoneAreUsageErrors() {
    CommandRun two = compared(NOVELLA, RECORDED);
    assertThat(two.code()).isEqualTo(2);
    assertThat(two.err())
        .startsWith("nonplus: --input-path says nothing here: " + RECORDED + " holds its own");
    CommandRun none =
        CommandRun.of(
            "calculate-perplexity", "--model", NOVELLA, "--device=cpu", "--reference", NOVELLA);
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).startsWith("nonplus: Missing required option: '--input-path=FILE'\n");
    CommandRun elsewhere =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            NOVELLA,
            "--device=cpu",
            "--reference",
            RECORDED,
            "--reference-device=cpu");
    assertThat(elsewhere.code()).isEqualTo(2);
  }

  @Test
  void aReferenceOfAnotherVocabularyIsRefused() {
    TinyModel.windows(directory);
    Refusal.of(
            directory,
            "calculate-perplexity",
            "--model",
            TinyModel.original("llama"),
            "--device=cpu",
            "--reference",
            NOVELLA,
            "--input-path",
            directory.resolve("windows.txt"),
            "--per-token",
            directory.resolve("tokens.tsv"))
        .says(
            "the reference has a vocabulary of 4096, the candidate of 128; only models of the same"
                + " tokenizer can be compared token by token");
  }

  @Test
  void aDamagedFileOfLlamaCppIsRefused() throws IOException {
    byte[] bytes = Files.readAllBytes(RECORDED);
    Path damaged =
        Files.write(
            directory.resolve("base.kld"), java.util.Arrays.copyOf(bytes, bytes.length - 1));
    Refusal.of(
            directory,
            "calculate-perplexity",
            "--model",
            NOVELLA,
            "--device=cpu",
            "--reference",
            damaged)
        .says(
            "%s is no whole file of log-probabilities: 3 chunks of 17 tokens and a vocabulary of"
                + " 4096 need 197024 bytes, but there are 197023; make it again with"
                + " llama-perplexity --kl-divergence-base",
            damaged);
  }

  @Test
  void anUnknownDeviceOfTheReferenceIsRefused() {
    TinyModel.windows(directory);
    Refusal.ofRequest(
            directory,
            "calculate-perplexity",
            "--model",
            NOVELLA,
            "--device=cpu",
            "--reference",
            NOVELLA,
            "--reference-device=abacus",
            "--input-path",
            directory.resolve("windows.txt"))
        .mentions("unknown device 'abacus'; there are ");
  }

  private CommandRun compared(Path candidate, Path reference, Object... more) {
    return CommandRun.of(
        CommandRun.joined(
            more,
            "calculate-perplexity",
            "--model",
            candidate,
            "--device=cpu",
            "--reference",
            reference,
            "--input-path",
            TinyModel.windows(directory)));
  }

  private static JsonNode json(CommandRun run) throws IOException {
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  private static List<String[]> rows(Path file) throws IOException {
    return new ArrayList<>(
        Files.readAllLines(file).stream().map(line -> line.split("\t", -1)).toList());
  }
}
