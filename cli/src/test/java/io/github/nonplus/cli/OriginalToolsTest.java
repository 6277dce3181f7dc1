package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.corpus.WikiPages;
import io.github.nonplus.corpus.WikiText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the tools' own code says of novella-6m, against `preprocess-input` and
/// `calculate-perplexity`, from the text to the number.
class OriginalToolsTest {
  private static final Path MODEL = Path.of("../examples/novella-6m");
  private static final Path RESOURCES = Path.of("../core/src/test/resources/io/github/nonplus");
  private static final ObjectMapper JSON = new ObjectMapper();

  /// float32 errs by about 1e-6 a token, a mean by less.
  private static final double RELATIVE = 1e-5;

  @TempDir static Path shared;
  private static JsonNode goldens;
  private static Path text;
  private static Path rows;
  private static String wiki;

  @TempDir Path directory;

  @BeforeAll
  static void writeTexts() throws IOException {
    goldens = JSON.readTree(RESOURCES.resolve("goldens/originals/novella-6m.wiki60.json").toFile());
    Path packed = RESOURCES.resolve("corpus/wiki.test.raw.gz");
    try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
      wiki = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    int count = goldens.at("/text/rows").asInt();
    int end = 0;
    for (int line = 0; line < count; line++) {
      end = wiki.indexOf('\n', end) + 1;
    }
    text = Files.writeString(shared.resolve("text"), wiki.substring(0, end));
    StringBuilder lines = new StringBuilder();
    for (String row : WikiText.rows(wiki).subList(0, count)) {
      ObjectNode line = JSON.createObjectNode();
      lines.append(line.put("text", row)).append('\n');
    }
    rows = Files.writeString(shared.resolve("rows.jsonl"), lines);
  }

  private JsonNode result(String protocol, Path input, Object... options) throws IOException {
    Path windows = directory.resolve("windows");
    List<Object> prepare =
        new ArrayList<>(
            List.of("preprocess-input", "--model-path", MODEL, "--destination", windows));
    prepare.addAll(List.of("--protocol", protocol, "--input", input));
    prepare.addAll(List.of(options));
    run(prepare.toArray());
    return JSON.readTree(
        run(
                "calculate-perplexity",
                "--model",
                MODEL,
                "--device=cpu",
                "--input-path",
                windows,
                "--no-journal",
                "--json")
            .out());
  }

  private static CommandRun run(Object... command) {
    CommandRun run = CommandRun.of(command);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "autogptq, text",
    "llamacpp-stride, text",
    "hf-evaluate, rows",
    "exllamav2, rows",
    "exllamav3, rows",
    "mlx, rows",
    "mnn, rows",
    "qefficient, rows",
  })
  void theNumberIsThatOfTheOriginal(String protocol, String input) throws IOException {
    JsonNode golden = goldens.get(protocol);
    List<Object> options = new ArrayList<>(List.of("--window", golden.get("window")));
    if (golden.has("stride")) {
      options.addAll(List.of("--stride", golden.get("stride")));
    }
    if (golden.has("windows")) { // some of the originals were asked for as many
      options.addAll(List.of("--chunks", golden.get("windows")));
    }
    JsonNode result = result(protocol, input.equals("text") ? text : rows, options.toArray());
    if (golden.has("windows")) {
      assertThat(result.get("windows")).isEqualTo(golden.get("windows"));
    }
    same(result.get("perplexity"), golden.get("perplexity").asDouble());
    if (golden.has("perplexity_in_float32")) { // MLX's own, 1e-5 from float64 on the same ids
      assertThat(result.get("perplexity").asDouble())
          .isCloseTo(golden.get("perplexity_in_float32").asDouble(), withinPercentage(2e-3));
      assertThat(result.get("standard_error").asDouble())
          .isCloseTo(golden.get("standard_error_in_float32").asDouble(), withinPercentage(2e-3));
    }
    if (golden.has("mean_of_running_perplexities")) {
      same(
          result.at("/figures/mean_of_running_perplexities"),
          golden.get("mean_of_running_perplexities").asDouble());
    }
  }

  /// Whole pages, every token once, by the harness's own windows: two in each build, ten with
  /// `-Dnonplus.pages=10`.
  @Test
  void theThreeNumbersOfTheHarnessComeOutOfItsPages() throws IOException {
    JsonNode golden =
        JSON.readTree(RESOURCES.resolve("goldens/hf/protocols.novella-6m.json").toFile())
            .at("/wikitext pages/B7 add_bos_token=None");
    int pages = Integer.getInteger("nonplus.pages", 2);
    int end = wiki.indexOf(WikiPages.of(wiki).get(pages)) - 1; // before the next page
    Path input = Files.writeString(directory.resolve("pages"), wiki.substring(0, end));
    JsonNode result = result("lm-eval-wikitext", input, "--window", golden.get("L"));
    assertThat(result.get("tokens_scored").asDouble())
        .isEqualTo(sum(golden, "tokens_per_page", pages));
    assertThat(result.get("windows").asDouble()).isEqualTo(sum(golden, "windows_per_page", pages));
    double nll = sum(golden, "nll_per_page", pages);
    double bytes = sum(golden, "bytes_per_page", pages);
    same(
        result.at("/figures/word_perplexity"),
        Math.exp(nll / sum(golden, "words_per_page", pages)));
    same(result.at("/figures/byte_perplexity"), Math.exp(nll / bytes));
    same(result.at("/figures/bits_per_byte"), nll / bytes / Math.log(2));
    if (pages == golden.get("pages").asInt()) {
      for (String figure : List.of("word_perplexity", "byte_perplexity", "bits_per_byte")) {
        same(result.at("/figures/" + figure), golden.get(figure).asDouble());
      }
    }
  }

  private static double sum(JsonNode golden, String values, int pages) {
    double sum = 0;
    for (int page = 0; page < pages; page++) {
      sum += golden.get(values).get(page).asDouble();
    }
    return sum;
  }

  private static void same(JsonNode found, double expected) {
    assertThat(found.asDouble() / expected).isCloseTo(1, within(RELATIVE));
  }
}
