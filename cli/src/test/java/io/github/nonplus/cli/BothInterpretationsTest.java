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
import java.util.Locale;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `--as both` says is what the interpretations give one by one: both perplexities, and in
/// nats a token what each difference costs alone and all of them together.
class BothInterpretationsTest {
  private static final Path RESOURCES = Path.of("../core/src/test/resources/io/github/nonplus");

  /// Of more tokens than the window of sixteen that one of the models has.
  private static final String WINDOWS =
      "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24\n9 8 7 6\n31 30 29 28 27\n";

  @TempDir Path directory;
  private String windows = WINDOWS;

  @Test
  void ofWeightsOfMlc() throws IOException {
    Path converted = TinyModel.copy("llama-bias", directory).converted("q0f32");
    JsonNode both = costs(converted, "mlc", List.of("attention_bias", "mlp_bias"), List.of());
    assertThat(both.path("words").asText())
        .isEqualTo("what MLC LLM's own llama computes, in float32 arithmetic");
    assertThat(both.path("cost").path("nats").asDouble()).isNotZero();
  }

  /// Of more tokens than two calls of a window that slides: with as much context as they need.
  @Test
  void ofTextsBeyondTheSlidingWindowOfMlc() throws IOException {
    Path model = fixture("mistral-sliding");
    Path converted = new TinyModel(model).converted("q0f32");
    StringBuilder ids = new StringBuilder();
    for (int i = 0; i < 90; i++) {
      ids.append(3 + (i * 29 + i * i) % 120).append(' ');
    }
    windows = ids.toString().strip() + "\n" + WINDOWS;
    JsonNode both =
        costs(
            converted,
            "mlc",
            List.of("sliding_window"),
            List.of("--context", 90, "--config", model));
    assertThat(both.path("cost").path("nats").asDouble()).isNotZero();
    assertThat(both.path("differences").get(0).path("words").asText())
        .isEqualTo(
            "slides its window of 16 tokens a call of 16 at a time: a token sees all before it up to"
                + " the 32th, and then those of its call, the 12 before it, and the first 4 as near as"
                + " they are in the cache");
  }

  @Test
  void ofAFileOfLlamaCpp() throws IOException {
    Path file = RESOURCES.resolve("goldens/gguf/starcoder2.q8_0.gguf");
    Path config = fixture("starcoder2");
    JsonNode both = costs(file, "llamacpp", List.of("sliding_window"), List.of("--config", config));
    assertThat(both.path("cost").path("nats").asDouble()).isNotZero();
    assertThat(both.path("differences").get(0).path("cost")).isEqualTo(both.path("cost"));
  }

  @Test
  void ofAModelThatIsWhatItSaysItCostsNothing() throws IOException {
    Path model = TinyModel.llama(directory).path();
    JsonNode both = result(model, "both", List.of());
    JsonNode account = both.path("model").path("interpretation");
    assertThat(account.path("name").asText()).isEqualTo("source");
    assertThat(account.path("cost").path("nats").asDouble()).isZero();
    assertThat(both.path("perplexity"))
        .isEqualTo(result(model, "source", List.of()).path("perplexity"));
    assertThat(run(model, "both", List.of()).out()).doesNotContain("taken for", "costs");
  }

  /// What is said of both, held against runs of each.
  private JsonNode costs(Path model, String own, List<String> differences, List<Object> more)
      throws IOException {
    JsonNode both = result(model, "both", more);
    JsonNode published = result(model, "source", more);
    JsonNode its = result(model, own, more);
    assertThat(both.path("perplexity")).isEqualTo(its.path("perplexity"));
    JsonNode account = both.path("model").path("interpretation");
    assertThat(account.path("name").asText()).isEqualTo(own);
    requireCost(account.path("cost"), published, its);
    assertThat(account.path("differences"))
        .extracting(each -> each.path("name").asText())
        .containsExactlyElementsOf(differences);
    for (JsonNode difference : account.path("differences")) {
      JsonNode alone = result(model, "source+" + difference.path("name").asText(), more);
      requireCost(difference.path("cost"), published, alone);
    }
    requireLines(run(model, "both", more).out(), account);
    return account;
  }

  private static void requireCost(JsonNode cost, JsonNode published, JsonNode its) {
    double nats = its.path("mean_nll").asDouble() - published.path("mean_nll").asDouble();
    assertThat(cost.path("nats").asDouble()).isCloseTo(nats, within(1e-12));
    assertThat(cost.path("published")).isEqualTo(published.path("perplexity"));
    assertThat(cost.path("perplexity")).isEqualTo(its.path("perplexity"));
    assertThat(cost.path("standard_error").isNumber()).isTrue();
  }

  private static void requireLines(String out, JsonNode account) {
    assertThat(out).contains(account.path("name").asText() + ": " + account.path("words").asText());
    assertThat(out).contains(said(account.path("cost"), "together"));
    for (JsonNode difference : account.path("differences")) {
      assertThat(out)
          .contains(difference.path("name").asText() + ": " + difference.path("words").asText())
          .contains(said(difference.path("cost"), "alone"));
    }
  }

  private static String said(JsonNode cost, String how) {
    return String.format(
        Locale.ROOT,
        "costs %s %+.6f nats a token, standard error %.6f: perplexity %.6f instead of %.6f",
        how,
        cost.path("nats").asDouble(),
        cost.path("standard_error").asDouble(),
        cost.path("perplexity").asDouble(),
        cost.path("published").asDouble());
  }

  private JsonNode result(Path model, String as, List<Object> more) throws IOException {
    List<Object> all = new ArrayList<>(more);
    all.add("--json");
    return new ObjectMapper().readTree(run(model, as, all).out());
  }

  private CommandRun run(Path model, String as, List<Object> more) {
    CommandRun run =
        CommandRun.of(
            CommandRun.joined(
                more.toArray(),
                "calculate-perplexity",
                "--model",
                model,
                "--as",
                as,
                "--device",
                "cpu",
                "--no-journal",
                "--input-path",
                TinyModel.windows(directory, windows)));
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private Path fixture(String name) throws IOException {
    Path folder = Files.createDirectory(directory.resolve(name));
    Path zip = RESOURCES.resolve("fixtures/architectures/" + name + ".zip");
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Files.copy(in, folder.resolve(Path.of(entry.getName()).getFileName()));
      }
    }
    return folder;
  }
}
