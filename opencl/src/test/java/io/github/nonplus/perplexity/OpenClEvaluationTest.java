package io.github.nonplus.perplexity;

import static io.github.nonplus.perplexity.OpenClScores.scores;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.SlidingWindows;
import io.github.nonplus.corpus.Text;
import io.github.nonplus.corpus.WikiText;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.opencl.OpenClRequired;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.tokenizer.Tokenizer;
import io.github.nonplus.weights.mlc.ChatConfig;
import io.github.nonplus.weights.mlc.MlcConversion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whole models on OpenCL: against float64 where there are golden losses, else against the CPU.
class OpenClEvaluationTest implements OpenClRequired {
  private static final Path NOVELLA = Path.of("../examples/novella-6m");

  /// What a window's mean may differ by between two float32 devices: measured 5e-7.
  private static final double WINDOW = 5e-6;

  @TempDir Path directory;

  /// One of each kind; `ProductTest` has every scheme, to the bit.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "q0f16",
        "q3f16_1",
        "q4f16_0",
        "q4f16_1",
        "q4f32_1",
        "e5m2_e5m2_f16",
        "e4m3_e4m3_f16_max_calibrate"
      })
  void novellasWindowsAreThoseOfTheCpu(String scheme) {
    sameWindows(converted(NOVELLA, scheme), windows());
  }

  /// The model is too large to ship: `-Dnonplus.smollm2=DIR` names it.
  @ParameterizedTest
  @ValueSource(strings = {"q0f16", "q3f16_1", "q4f16_0", "q4f16_1", "q4f32_1"})
  void smolLm2sFirst8WindowsOfWikiTextAreThoseOfTheCpu(String scheme) throws IOException {
    String model = System.getProperty("nonplus.smollm2");
    assumeTrue(model != null, "not run: -Dnonplus.smollm2=DIR names no SmolLM2-135M");
    sameWindows(converted(Path.of(model), scheme), wikiText(Path.of(model), 8));
  }

  private static void sameWindows(ModelDirectory model, Windows windows) {
    List<double[]> expected = scores("cpu", model, windows, 600);
    List<double[]> found = scores("opencl", model, windows, 600);
    for (int w = 0; w < expected.size(); w++) {
      assertThat(mean(found.get(w)))
          .as("window %d", w)
          .isCloseTo(mean(expected.get(w)), within(WINDOW));
    }
  }

  private ModelDirectory converted(Path model, String scheme) {
    FamilyModel source = HuggingFaceDirectory.read(model).model();
    Path converted = directory.resolve(scheme);
    MlcConversion.convert(
        model,
        MlcForms.named(source.modelType(), "").storedParameters(source),
        new ChatConfig("llama", MlcForms.named(source.modelType(), "").modelConfig(source), "LM"),
        MlcConversion.Options.upstream(Quantization.named(scheme)),
        converted,
        (_, _, _) -> {});
    return ModelDirectory.open(converted);
  }

  private Windows wikiText(Path model, int count) throws IOException {
    Path raw = directory.resolve("wiki.test.raw");
    try (InputStream in =
            new GZIPInputStream(
                OpenClEvaluationTest.class.getResourceAsStream(
                    "/io/github/nonplus/corpus/wiki.test.raw.gz"));
        Tokenizer tokenizer = Tokenizer.open(model)) {
      Files.copy(in, raw);
      Windows all = SlidingWindows.ORIGINAL.over(tokenizer.encode(WikiText.read(raw).content()));
      return Windows.of(IntStream.range(0, count).mapToObj(all::window).toArray(int[][]::new));
    }
  }

  @Test
  void theVerdictIsAgreementInEveryOperation() throws IOException {
    Fixture fixture = Fixture.named("llama-bias");
    Result result =
        PerplexityRun.of(
            new Request(
                fixture.model(),
                Optional.empty(),
                "opencl",
                DeviceOptions.defaults(),
                fixture.write(directory),
                OptionalInt.empty(),
                OptionalInt.of(2)),
            new PerplexityRun.Listener() {
              @Override
              public void note(String sentence) {}

              @Override
              public void window(WindowScore score, Tally tally, int total) {}
            });
    assertThat(result.verification().passedOver()).isEmpty();
    assertThat(result.verification().reference()).startsWith("cpu, kernels ");
    assertThat(result.verification().operations())
        .anyMatch(operation -> operation.difference() > 0)
        .allMatch(operation -> operation.difference() <= operation.allowed());
  }

  @Test
  void theBitsOfEveryTokenAreTheSameForEveryBatchSize() {
    ModelDirectory model = ModelDirectory.open(NOVELLA);
    List<double[]> alone = scores("opencl", model, windows(), 1);
    List<double[]> together = scores("opencl", model, windows(), 10_000);
    for (int w = 0; w < alone.size(); w++) {
      assertThat(together.get(w)).as("window %d", w).isEqualTo(alone.get(w));
    }
  }

  /// Three whole windows and a short one.
  private static Windows windows() {
    Text text = Text.read(Path.of("../examples/hound-of-the-baskervilles.txt"));
    try (Tokenizer tokenizer = Tokenizer.open(NOVELLA)) {
      Windows all = SlidingWindows.ORIGINAL.over(tokenizer.encode(text.content()));
      int last = all.count() - 1;
      return Windows.of(
          new int[][] {all.window(0), all.window(7), all.window(last), all.window(20)});
    }
  }

  private static double mean(double[] values) {
    return Stream.of(values).flatMapToDouble(java.util.Arrays::stream).average().orElseThrow();
  }
}
