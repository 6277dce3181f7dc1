package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.corpus.SlidingWindows;
import io.github.nonplus.corpus.Text;
import io.github.nonplus.corpus.WikiText;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.tokenizer.Tokenizer;
import io.github.nonplus.weights.mlc.ChatConfig;
import io.github.nonplus.weights.mlc.MlcConversion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real models on real text, against PyTorch in float64 throughout.
///
/// Where the tolerance comes from: float32 arithmetic errs by about 1e-6 a token; a window's mean
/// over 255 tokens errs less. 2e-5 leaves room for another order of summation and is forty times
/// smaller than the smallest mistake in a formula that was found to matter.
class ExactnessTest {
  private static final double WINDOW = 2e-5;
  private static final double PERPLEXITY = 1e-5;

  /// A single token's loss is a difference of logits of up to about 30, whose float32 rounding is
  /// 2e-6 each; layers before add a few times that.
  private static final double TOKEN = 5e-5;

  private static final Path NOVELLA = Path.of("../examples/novella-6m");

  @TempDir Path directory;

  @Test
  void novellaFromItsCheckpointOnTheShippedText() throws IOException {
    checkAll(TestRun.of(NOVELLA, hound()), golden("novella-6m.hound.float64.json"));
  }

  @Test
  void novellaInQ0f16OnTheShippedText() throws IOException {
    Path weights = directory.resolve("q0f16");
    HuggingFaceDirectory model = HuggingFaceDirectory.read(NOVELLA);
    MlcConversion.convert(
        NOVELLA,
        MlcForms.named(model.model().modelType(), "").storedParameters(model.model()),
        new ChatConfig(
            "llama",
            MlcForms.named(model.model().modelType(), "").modelConfig(model.model()),
            "LM"),
        MlcConversion.Options.upstream(Quantization.named("q0f16")),
        weights,
        (_, _, _) -> {});
    Path windows = hound();
    TestRun converted = TestRun.of(weights, windows);
    checkAll(converted, golden("novella-6m.hound.float64.json"));
    // Its source is float16, so nothing is lost: the very same bits come out.
    assertThat(converted.tokens()).isDeepEqualTo(TestRun.of(NOVELLA, windows).tokens());
  }

  @Test
  void novellaOnTheFirst64AndTheLast3WindowsOfWikiText() throws IOException {
    JsonNode golden = golden("novella-6m.wiki.float64.json");
    Windows all = wikiText(NOVELLA);
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      chosen.add(i);
    }
    for (int i = all.count() - 3; i < all.count(); i++) {
      chosen.add(i);
    }
    TestRun run = TestRun.of(NOVELLA, select(all, chosen));
    double[] means = run.means();
    for (int i = 0; i < means.length; i++) {
      assertThat(means[i])
          .as("window %d", chosen.get(i))
          .isCloseTo(golden.at("/f64/nll").get(chosen.get(i)).asDouble(), within(WINDOW));
    }
    checkTokens(run, golden);
  }

  /// The model is too large to ship: `-Dnonplus.smollm2=DIR` names it.
  @Test
  void smolLm2OnTheFirst8AndTheLast3WindowsOfWikiText() throws IOException {
    String model = System.getProperty("nonplus.smollm2");
    assumeTrue(model != null, "not run: -Dnonplus.smollm2=DIR names no SmolLM2-135M");
    JsonNode golden = golden("smollm2-135m.wiki.float64.json");
    Windows all = wikiText(Path.of(model));
    List<Integer> chosen = new ArrayList<>(List.of(0, 1, 2, 3, 4, 5, 6, 7));
    for (int i = all.count() - 3; i < all.count(); i++) {
      chosen.add(i);
    }
    TestRun run = TestRun.of(Path.of(model), select(all, chosen));
    double[] means = run.means();
    for (int i = 0; i < means.length; i++) {
      int at = i < 8 ? i : 32 + i - 8; // the golden holds windows 0 to 31 and the last three
      assertThat(means[i])
          .as("window %d", chosen.get(i))
          .isCloseTo(golden.at("/f64/nll").get(at).asDouble(), within(WINDOW));
    }
    checkTokens(run, golden);
  }

  private static void checkAll(TestRun run, JsonNode golden) {
    double[] means = run.means();
    JsonNode expected = golden.at("/f64/nll");
    assertThat(means).hasSize(expected.size());
    for (int i = 0; i < means.length; i++) {
      assertThat(means[i]).as("window %d", i).isCloseTo(expected.get(i).asDouble(), within(WINDOW));
    }
    double perplexity = golden.at("/f64/perplexity").asDouble();
    assertThat(run.result().perplexity() / perplexity).isCloseTo(1, within(PERPLEXITY));
    assertThat(run.result().tokensScored())
        .isEqualTo(golden.get("scored_tokens_all_windows").asLong());
    checkTokens(run, golden);
  }

  /// Single tokens of the first windows: a mistake at one position would drown in a mean.
  private static void checkTokens(TestRun run, JsonNode golden) {
    golden
        .get("f64_token_nll")
        .properties()
        .forEach(
            window -> {
              double[] tokens = run.tokens()[Integer.parseInt(window.getKey())];
              for (int i = 0; i < tokens.length; i++) {
                assertThat(tokens[i])
                    .as("window %s, token %d", window.getKey(), i + 1)
                    .isCloseTo(window.getValue().get(i).asDouble(), within(TOKEN));
              }
            });
  }

  private Path hound() {
    Text text = Text.read(Path.of("../examples/hound-of-the-baskervilles.txt"));
    return write(cut(NOVELLA, text));
  }

  private Windows wikiText(Path model) throws IOException {
    Path raw = directory.resolve("wiki.test.raw");
    try (InputStream in =
        new GZIPInputStream(
            ExactnessTest.class.getResourceAsStream(
                "/io/github/nonplus/corpus/wiki.test.raw.gz"))) {
      Files.copy(in, raw);
    }
    return cut(model, WikiText.read(raw));
  }

  private static Windows cut(Path model, Text text) {
    try (Tokenizer tokenizer = Tokenizer.open(model)) {
      return SlidingWindows.ORIGINAL.over(tokenizer.encode(text.content()));
    }
  }

  private Path select(Windows all, List<Integer> chosen) {
    return write(Windows.of(chosen.stream().map(all::window).toArray(int[][]::new)));
  }

  private Path write(Windows windows) {
    return WindowsFile.write(directory.resolve("windows.txt"), windows).path();
  }

  private static JsonNode golden(String name) throws IOException {
    try (InputStream in =
        ExactnessTest.class.getResourceAsStream("/io/github/nonplus/goldens/hf/" + name)) {
      return new ObjectMapper().readTree(in);
    }
  }
}
