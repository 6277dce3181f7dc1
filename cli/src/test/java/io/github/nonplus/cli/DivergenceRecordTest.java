package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A divergence is a result like any other: recorded, inspected, compared, reported, verified.
class DivergenceRecordTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path NOVELLA = Path.of("../examples/novella-6m");
  private static final Path RECORDED =
      Path.of("../core/src/test/resources/io/github/nonplus/goldens/divergence/novella-6m.kld");

  @TempDir Path directory;

  private TinyModel model;
  private Path windows;
  private Path near;
  private Path far;

  @BeforeEach
  void measure() throws IOException {
    model = TinyModel.llama(directory);
    windows = windows("qualcomm-mlc");
    near = record("near.record", model.converted("q4f16_1"), model.path());
    far = record("far.record", model.converted("q3f16_1"), model.path());
  }

  private Path windows(String protocol) throws IOException {
    return Files.writeString(
        directory.resolve(protocol + ".windows"),
        ForgedResultTest.header(protocol)
            + "#document {\"name\": \"one\", \"words\": 7, \"bytes\": 30}\n"
            + "4:1 2 3 4 5\n3:3 4 5 6 7\n2:1 2 3\n".repeat(3)
            + "#document {\"name\": \"two\", \"words\": 3, \"bytes\": 20}\n"
            + "1:5 6\n4:9 8 7 6 5\n");
  }

  private Path record(String name, Path candidate, Path reference, Object... more) {
    Path file = directory.resolve(name);
    CommandRun run =
        CommandRun.of(
            CommandRun.joined(
                more,
                "calculate-perplexity",
                "--model",
                candidate,
                "--device=cpu",
                "--reference",
                reference,
                "--input-path",
                windows,
                "--record",
                file));
    assertThat(run.code()).as(run.err()).isZero();
    return file;
  }

  private static ObjectNode read(Path file) throws IOException {
    return (ObjectNode) JSON.readTree(file.toFile());
  }

  private static double[] numbers(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false)
        .mapToDouble(JsonNode::asDouble)
        .toArray();
  }

  @Test
  void theRecordIsTheCandidatesOwnWithTheReferenceBesideIt() throws IOException {
    Path alone = directory.resolve("alone.record");
    CommandRun.of(
        "calculate-perplexity",
        "--model",
        directory.resolve("llama-q4f16_1"),
        "--device=cpu",
        "--input-path",
        windows,
        "--record",
        alone);
    ObjectNode own = read(alone);
    ObjectNode record = read(near);
    for (String same : List.of("corpus", "model", "windows", "tokens_scored", "protocol")) {
      assertThat(record.get(same)).as(same).isEqualTo(own.get(same));
    }
    // Losses of whole rows of logits are summed in another order than those of a running sum.
    for (String near : List.of("/perplexity", "/standard_error", "/documents/1/mean_nll")) {
      double expected = own.at(near).asDouble();
      assertThat(record.at(near).asDouble()).as(near).isCloseTo(expected, withinPercentage(1e-4));
    }
    assertThat(record.at("/reference/model/weights_sha256").asText()).hasSize(64);
    assertThat(record.at("/reference/device").asText()).isEqualTo("cpu");
    assertThat(record.at("/divergence/reference_to_candidate/mean").asDouble()).isPositive();
    double mean = 0;
    for (JsonNode window : record.get("windows_scored")) {
      int tokens = window.get("nll").size();
      for (String list : List.of("kld", "reverse_kld", "reference_nll", "same_top")) {
        assertThat(window.get(list)).as(list).hasSize(tokens);
      }
      for (double kld : numbers(window.get("kld"))) {
        mean += kld / tokens / record.get("windows_scored").size();
      }
    }
    assertThat(record.at("/divergence/reference_to_candidate/mean").asDouble())
        .isCloseTo(mean, within(1e-12));
  }

  @Test
  void whatIsPrintedAndWrittenToFilesIsWhatTheRecordHolds() throws IOException {
    Path perToken = directory.resolve("tokens.tsv");
    Path record = directory.resolve("again.record");
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            directory.resolve("llama-q4f16_1"),
            "--device=cpu",
            "--reference",
            model.path(),
            "--input-path",
            windows,
            "--json",
            "--record",
            record,
            "--per-token",
            perToken);
    JsonNode json = JSON.readTree(run.out());
    assertThat(json.has("score")).isFalse();
    assertThat(read(record).get("divergence")).isEqualTo(json.get("divergence"));
    assertThat(read(record).get("reference")).isEqualTo(json.get("reference"));
    assertThat(read(record).get("model")).isEqualTo(json.at("/candidate/model"));
    List<String> klds = new ArrayList<>();
    read(record)
        .get("windows_scored")
        .forEach(window -> window.get("kld").forEach(kld -> klds.add(kld.asText())));
    assertThat(Files.readAllLines(perToken).stream().skip(1).map(line -> line.split("\t")[4]))
        .containsExactlyElementsOf(klds);
  }

  @Test
  void inspectSaysHowFarAndFromWhat() {
    CommandRun run = CommandRun.of("inspect", near);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("a result with its scores, and how far they are from a reference")
        .containsPattern("reference +llama, sha256 [0-9a-f]{64}: cpu, kernels ")
        .containsPattern("divergence +0\\.\\d+ nats from the reference");
  }

  @Test
  void comparingGivesPairedIntervalsOfTheDivergences() throws IOException {
    CommandRun run = CommandRun.of("compare", near, far, near, "--worst=2");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out())
        .contains("KL divergence from llama, nats")
        .containsPattern("llama-q3f16_1 +0\\.\\d{6} +0\\.\\d{6} +\\+0\\.\\d{6} +0\\.\\d{6} ")
        .contains("llama-q3f16_1 is farther from the reference than llama-q4f16_1 (1)")
        .contains("llama-q3f16_1: tokens farthest from the reference");
    CommandRun second = CommandRun.of("compare", near, far, near, "--json", "--worst=1");
    JsonNode results = JSON.readTree(second.out()).at("/divergences/results");
    assertThat(results).hasSize(3);
    assertThat(results.at("/1/mean_kld_difference/value").asDouble())
        .isCloseTo(
            results.at("/1/mean_kld/value").asDouble() - results.at("/0/mean_kld/value").asDouble(),
            within(1e-12));
    assertThat(results.at("/2/mean_kld_difference/high").asDouble()).isZero();
    assertThat(results.at("/1/mean_kld/value").asDouble())
        .isCloseTo(
            read(far).at("/divergence/reference_to_candidate/mean").asDouble(), within(1e-12));
    assertThat(results.at("/1/worst_tokens")).hasSize(1);
  }

  @Test
  void divergencesFromDifferentReferencesAreRefused() throws IOException {
    Path other = record("other.record", model.converted("q3f16_1"), model.converted("q4f16_0"));
    String one = read(near).at("/reference/model/weights_sha256").asText();
    String two = read(other).at("/reference/model/weights_sha256").asText();
    String sentence =
        ("%s holds divergences from llama (sha256 %s), %s from llama-q4f16_0 (sha256 %s); measure"
                + " both against the same reference")
            .formatted(near, one, other, two);
    Refusal.of(directory, "compare", near, other).says(sentence);
    Refusal.of(directory, "report", near, other, "--output", directory.resolve("r.html"))
        .says(sentence);
  }

  @Test
  void aResultWithoutAReferenceIsComparedByLossesAndThatIsSaid() {
    Path alone = directory.resolve("alone.record");
    CommandRun.of(
        "calculate-perplexity",
        "--model",
        model.path(),
        "--device=cpu",
        "--input-path",
        windows,
        "--record",
        alone);
    CommandRun run = CommandRun.of("compare", alone, near);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.err())
        .isEqualTo(
            "Warning: %s holds no divergences from a reference, so that it is compared by losses alone\n"
                .formatted(alone));
    assertThat(run.out()).contains("KL divergence from llama, nats");
  }

  @Test
  void theReportShowsTableChartAndWorstTokens() throws IOException {
    Path page = directory.resolve("page.html");
    CommandRun run = CommandRun.of("report", near, far, "--output", page);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(Files.readString(page))
        .contains("<h2>Divergence from llama</h2>")
        .contains("mean KL divergence, nats (lower is nearer)", "difference in KL divergence, nats")
        .contains("Tokens farthest apart: llama-q3f16_1")
        .containsPattern("llama-q4f16_1 is \\S+ nats a token from llama, 95 % interval ");
  }

  @Test
  void bothSidesAreVerified() throws IOException {
    CommandRun run = CommandRun.of("verify", near);
    assertThat(run.code()).as(run.out() + run.err()).isZero();
    assertThat(run.out())
        .containsPattern("divergence +matches")
        .containsPattern("reference weights +matches")
        .containsPattern("reference device +matches +cpu");
    CommandRun other = CommandRun.of("verify", near, "--reference", model.converted("q4f16_0"));
    assertThat(other.code()).isEqualTo(1);
    assertThat(other.out()).containsPattern("reference weights +differs");
  }

  @Test
  void bothSidesAreScoredAnew() throws IOException {
    CommandRun run = CommandRun.of("verify", near, "--rescore", 3);
    assertThat(run.code()).as(run.out() + run.err()).isZero();
    for (String subject : List.of("scores", "reference scores", "divergences")) {
      assertThat(run.out())
          .containsPattern(
              "(?m)^" + subject + " +matches +3 windows anew.*: at most 0.0e\\+00 nats");
    }
    // Another reference: its losses differ, and so do the divergences.
    CommandRun other =
        CommandRun.of("verify", near, "--rescore", 3, "--reference", model.converted("q3f16_1"));
    assertThat(other.code()).as(other.out() + other.err()).isEqualTo(1);
    assertThat(other.out())
        .containsPattern("(?m)^scores +matches")
        .containsPattern("(?m)^reference scores +differs")
        .containsPattern("(?m)^divergences +differs");
  }

  /// Lists that agree with all numbers, but not with the models.
  @Test
  void divergencesThatTheModelsDoNotGiveDiffer() throws IOException {
    ObjectNode json = read(near);
    for (JsonNode window : json.get("windows_scored")) {
      ObjectNode other = (ObjectNode) window;
      other.set("kld", zeros(window.get("kld").size()));
      other.set("reverse_kld", zeros(window.get("kld").size()));
      other.set("reference_nll", window.get("nll").deepCopy());
    }
    for (String way : List.of("reference_to_candidate", "candidate_to_reference")) {
      ObjectNode direction = (ObjectNode) json.at("/divergence/" + way);
      direction.put("mean", 0.0).put("standard_error", 0.0).put("largest", 0.0);
      ObjectNode shares = (ObjectNode) direction.get("percentiles");
      shares.fieldNames().forEachRemaining(name -> shares.put(name, 0.0));
    }
    ObjectNode divergence = (ObjectNode) json.get("divergence");
    divergence.put("mean_delta_p", 0.0).put("rms_delta_p", 0.0).put("largest_delta_p", 0.0);
    divergence.put("mean_delta_nll", 0.0).put("standard_error_delta_nll", 0.0);
    divergence.put("perplexity_ratio", 1.0).put("standard_error_perplexity_ratio", 0.0);
    divergence.set("reference_perplexity", divergence.get("candidate_perplexity"));
    Path forged = Files.writeString(directory.resolve("forged"), json.toString());
    CommandRun plain = CommandRun.of("verify", forged);
    assertThat(plain.code()).as(plain.out() + plain.err()).isZero();
    CommandRun run = CommandRun.of("verify", forged, "--rescore", 2);
    assertThat(run.code()).as(run.out() + run.err()).isEqualTo(1);
    assertThat(run.out()).containsPattern("(?m)^divergences +differs");
  }

  private static ArrayNode zeros(int count) {
    ArrayNode zeros = JSON.createArrayNode();
    for (int i = 0; i < count; i++) {
      zeros.add(0.0);
    }
    return zeros;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"qualcomm-mlc", "lm-eval-wikitext", "autogptq", "hf-evaluate", "llamacpp"})
  void everyNumberIsThatOfTheWindows(String protocol) throws IOException {
    windows = windows(protocol);
    ObjectNode whole = read(record("r", directory.resolve("llama-q4f16_1"), model.path()));
    List<String> numbers = new ArrayList<>();
    numbers(whole.get("divergence"), "/divergence", numbers);
    assertThat(numbers).hasSizeGreaterThan(25);
    for (String list : List.of("kld", "reverse_kld", "reference_nll", "same_top")) {
      numbers.add("/windows_scored/0/" + list + "/0");
      numbers.add("/windows_scored/9/" + list + "/0");
    }
    for (String number : numbers) {
      ObjectNode forged = whole.deepCopy();
      double was = whole.at(number).asDouble();
      set(forged, number, number.contains("same_top") ? 1 - was : was * 1.001 + 1e-6);
      Path file = Files.writeString(directory.resolve("forged"), forged.toString());
      CommandRun run = CommandRun.of("verify", file);
      assertThat(run.code()).as("%s of %s", number, protocol).isEqualTo(1);
      assertThat(run.err()).startsWith("nonplus: " + file + " claims ");
    }
  }

  private static void numbers(JsonNode part, String name, List<String> numbers) {
    for (var each : part.properties()) {
      if (each.getValue().isObject()) {
        numbers(each.getValue(), name + "/" + each.getKey(), numbers);
      } else {
        numbers.add(name + "/" + each.getKey());
      }
    }
  }

  private static void set(ObjectNode json, String number, double value) {
    int last = number.lastIndexOf('/');
    JsonNode parent = json.at(number.substring(0, last));
    String name = number.substring(last + 1);
    boolean whole = json.at(number).isIntegralNumber();
    JsonNode changed =
        whole
            ? JSON.getNodeFactory().numberNode((long) Math.ceil(value))
            : JSON.getNodeFactory().numberNode(value);
    if (parent instanceof ObjectNode object) {
      object.set(name, changed);
    } else {
      ((ArrayNode) parent).set(Integer.parseInt(name), changed);
    }
  }

  @Test
  void listsThatAreNotThereOrOfAnotherLengthAreRefused() throws IOException {
    ObjectNode json = read(near);
    ((ArrayNode) json.at("/windows_scored/1/kld")).remove(0);
    Path damaged = Files.writeString(directory.resolve("damaged"), json.toString());
    Refusal.of(directory, "verify", damaged)
        .mentions("window 2 is not with a kld, reference_nll and same_top for each of its losses");
    ObjectNode one = read(near);
    for (String list : List.of("kld", "reverse_kld", "reference_nll", "same_top")) {
      ((ObjectNode) one.at("/windows_scored/1")).remove(list);
    }
    Files.writeString(damaged, one.toString());
    Refusal.of(directory, "compare", near, damaged).mentions("some windows have divergences");
    one.get("windows_scored")
        .forEach(
            window ->
                ((ObjectNode) window)
                    .remove(List.of("kld", "reverse_kld", "reference_nll", "same_top")));
    Files.writeString(damaged, one.toString());
    Refusal.of(directory, "compare", near, damaged)
        .mentions("windows_scored is not with the divergences that it claims");
    ObjectNode huge = read(near);
    ((ArrayNode) huge.at("/windows_scored/0/kld")).set(0, JSON.getNodeFactory().numberNode(1e300));
    Files.writeString(damaged, huge.toString());
    Refusal.of(directory, "inspect", damaged).mentions("window 1 is not a list of divergences");
  }

  @Test
  void aDivergenceWithoutItsScoresIsToldWhatItLacks() throws IOException {
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            model.path(),
            "--device=cpu",
            "--reference",
            model.path(),
            "--input-path",
            windows,
            "--json");
    Path plain = Files.writeString(directory.resolve("plain.json"), run.out());
    Refusal.of(directory, "compare", near, plain)
        .says(
            "%s holds a divergence without its scores; measure it again with --record FILE", plain);
    Refusal.of(directory, "verify", plain).mentions("measure it again with --record FILE");
  }

  @Test
  void aFileOfLlamaCppIsAReferenceOfARecordToo() throws IOException {
    Path record = directory.resolve("recorded.record");
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            NOVELLA,
            "--device=cpu",
            "--reference",
            RECORDED,
            "--record",
            record);
    assertThat(run.code()).as(run.err()).isZero();
    ObjectNode json = read(record);
    assertThat(json.at("/windows_scored/0/ids")).hasSize(17);
    assertThat(json.at("/windows_scored/0/ids/0").asInt()).isEqualTo(1);
    assertThat(json.at("/windows_scored/0/kld")).hasSize(8);
    assertThat(json.at("/windows_scored/0/reverse_kld").isMissingNode()).isTrue();
    assertThat(json.at("/corpus/windows_sha256")).isEqualTo(json.at("/reference/sha256"));
    CommandRun verified = CommandRun.of("verify", record, "--rescore", 2);
    assertThat(verified.code()).as(verified.out() + verified.err()).isZero();
    assertThat(verified.out())
        .containsPattern("(?m)^reference +matches")
        .containsPattern("(?m)^reference scores +matches +2 windows anew from ")
        .containsPattern("(?m)^divergences +matches");
    assertThat(CommandRun.of("compare", record, record).out())
        .contains("KL divergence from novella-6m.kld, nats, clipped as llama.cpp has it");
  }

  @Test
  void theOneCommandWritesTheSameRecord() throws IOException {
    Path text =
        Files.writeString(directory.resolve("text.txt"), "A fog rose from the moor. ".repeat(20));
    Path record = directory.resolve("one.record");
    CommandRun run =
        CommandRun.of(
            "divergence",
            NOVELLA,
            "--reference",
            NOVELLA,
            "--text",
            text,
            "--device=cpu",
            "--record",
            record);
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(read(record).at("/divergence/same_top_share").asDouble()).isEqualTo(1);
    assertThat(CommandRun.of("verify", record).code()).isZero();
  }
}
