package io.github.nonplus.reference.pytorch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.corpus.SlidingWindows;
import io.github.nonplus.corpus.Text;
import io.github.nonplus.corpus.WikiText;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.reference.Precision;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Scoring;
import io.github.nonplus.reference.Variant;
import io.github.nonplus.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A real model on real text against frozen losses of transformers and bitsandbytes.
///
/// In float64 two computations differ by rounding alone, about 1e-15 of a loss: 1e-12 leaves room.
/// In float32 a window's mean over 255 tokens errs by some 1e-7 of itself; 2e-6 is the bar.
class ExactnessTest {
  private static final Path MODEL = Path.of("../examples/novella-6m");
  private static final Path GOLDENS = Path.of("src/test/resources/io/github/nonplus/goldens/hf");

  @TempDir static Path directory;

  private static Windows hound;

  @BeforeAll
  static void cut() {
    hound = cut(Text.read(Path.of("../examples/hound-of-the-baskervilles.txt")));
  }

  @ParameterizedTest
  @CsvSource({"FLOAT64, 1e-12", "FLOAT32, 2e-6"})
  void fullPrecisionIsThatOfTransformersTailsIncluded(Precision precision, double tolerance)
      throws IOException {
    JsonNode golden =
        new ObjectMapper().readTree(GOLDENS.resolve("novella-6m.hound.float64.json").toFile());
    try (ReferenceModel model = load(Variant.of(precision))) {
      int count = hound.count();
      assertThat(hound.length(count - 1)).isLessThan(256);
      for (int w : List.of(0, 1, 2, count - 3, count - 2, count - 1)) {
        double expected = golden.at("/f64/nll").get(w).asDouble();
        assertThat(mean(model, hound.window(w)) / expected)
            .as("window %d", w)
            .isCloseTo(1, within(tolerance));
      }
    }
  }

  @Test
  void everyTokenIsThatOfFloat64() throws IOException {
    JsonNode golden =
        new ObjectMapper().readTree(GOLDENS.resolve("novella-6m.hound.float64.json").toFile());
    try (ReferenceModel model = load(Variant.of(Precision.FLOAT64))) {
      JsonNode expected = golden.get("f64_token_nll").get("0");
      double[] losses = model.score(hound.window(0));
      assertThat(losses).hasSize(expected.size());
      for (int i = 0; i < losses.length; i++) {
        assertThat(losses[i]).isCloseTo(expected.get(i).asDouble(), within(1e-12));
      }
    }
  }

  /// The float64 goldens evaluate the dequantized weights in float64; this computes in float32, as
  /// bitsandbytes does.
  @ParameterizedTest
  @CsvSource({"fp4, FP4, false", "nf4, NF4, false", "nf4-double, NF4, true"})
  void fourBitsAreThoseOfBitsandbytes(String name, Precision precision, boolean twice)
      throws IOException {
    Windows wiki = wikiText();
    JsonNode golden;
    try (InputStream in =
        ExactnessTest.class.getResourceAsStream("../bitsandbytes/novella-6m.json")) {
      golden = new ObjectMapper().readTree(in).get(name);
    }
    try (ReferenceModel model = load(new Variant(precision, twice))) {
      for (int w = 0; w < 3; w++) {
        double loss = mean(model, wiki.window(w));
        assertThat(loss / golden.at("/f64/nll").get(w).asDouble()).isCloseTo(1, within(2e-6));
        assertThat(loss / golden.at("/f32/nll").get(w).asDouble()).isCloseTo(1, within(5e-6));
      }
    }
  }

  @Test
  void logitsOfALongVocabularyAreTiled() {
    // 4096 logits of four bytes a row: a window of 255 rows fits a tile of 256; 300 do not.
    int[] window = new int[400];
    for (int i = 0; i < window.length; i++) {
      window[i] = hound.id(i / 200, i % 200);
    }
    try (ReferenceModel model = load(Variant.of(Precision.FLOAT64))) {
      double[] long400 = model.score(window);
      double[] start = model.score(Arrays.copyOf(window, 250));
      for (int i = 0; i < start.length; i++) {
        assertThat(long400[i]).isCloseTo(start[i], withinPercentage(1e-10));
      }
    }
  }

  /// Products of more rows may add up in another order: the tolerance is what is left to rounding
  /// in float64, and in float32 as much as the engine may be from transformers.
  @ParameterizedTest
  @CsvSource({"FLOAT64, 1e-13", "FLOAT32, 2e-6", "NF4, 2e-6"})
  void windowsThatAreScoredTogetherHaveTheLossesThatTheyHaveAlone(
      Precision precision, double tolerance) {
    List<Scoring> windows = new ArrayList<>();
    for (int length : new int[] {256, 2, 255, 40, 256, 3}) {
      int[] ids = Arrays.copyOf(hound.window(windows.size()), length);
      windows.add(new Scoring(ids, length - 1, length));
      windows.add(new Scoring(ids, (length + 1) / 2, length - 1));
    }
    try (ReferenceModel model = load(Variant.of(precision))) {
      List<double[]> together = model.score(windows);
      assertThat(together).hasSameSizeAs(windows);
      for (int w = 0; w < windows.size(); w++) {
        double[] alone = model.score(windows.get(w).window());
        int skipped = alone.length - windows.get(w).scored();
        assertThat(together.get(w)).hasSize(windows.get(w).scored());
        for (int i = 0; i < together.get(w).length; i++) {
          assertThat(together.get(w)[i])
              .as("loss %d of window %d", i, w)
              .isCloseTo(alone[skipped + i], within(tolerance * (1 + alone[skipped + i])));
        }
      }
    }
  }

  private static ReferenceModel load(Variant variant) {
    return TorchModel.load(MODEL, variant, 2, _ -> {});
  }

  private static double mean(ReferenceModel model, int[] window) {
    return new WindowScore(0, model.score(window)).mean();
  }

  private static Windows wikiText() throws IOException {
    Path raw = directory.resolve("wiki.test.raw");
    Path packed = Path.of("src/test/resources/io/github/nonplus/corpus/wiki.test.raw.gz");
    if (!Files.exists(raw)) {
      try (InputStream in = new GZIPInputStream(Files.newInputStream(packed))) {
        Files.copy(in, raw);
      }
    }
    return cut(WikiText.read(raw));
  }

  private static Windows cut(Text text) {
    try (Tokenizer tokenizer = Tokenizer.open(MODEL)) {
      return SlidingWindows.ORIGINAL.over(tokenizer.encode(text.content()));
    }
  }
}
