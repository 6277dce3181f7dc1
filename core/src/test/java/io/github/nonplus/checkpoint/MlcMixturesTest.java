package io.github.nonplus.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.Function;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.perplexity.Evaluation;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.quantization.Rounding;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.mlc.Dialect;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Directories of mixtures, and of what else MLC stores in a form of its own, are evaluated as the
/// models they were made of.
class MlcMixturesTest {
  @TempDir Path directory;

  static List<MlcGolden> goldens() throws IOException {
    List<String> families =
        List.of(
            "mixtral",
            "qwen2-moe",
            "qwen3-moe",
            "deepseek-v2",
            "deepseek-v3",
            "llama4",
            "minicpm",
            "minicpm-moe",
            "phi-msft",
            "phi-mixformer",
            "qwen3-5");
    List<MlcGolden> goldens = new ArrayList<>();
    for (MlcGolden golden : MlcGolden.all()) {
      boolean isOne = families.contains(golden.family()) && golden.scheme().equals("q0f16");
      if (isOne && golden.hasWeights()) {
        goldens.add(golden);
      }
    }
    return goldens;
  }

  /// The published model has the losses that the checkpoint has, but for norms whose whole factors
  /// were rounded: those are of the last of float16's ten bits.
  @ParameterizedTest(name = "{0}")
  @MethodSource("goldens")
  void unquantizedDirectoriesHaveTheirCheckpointsLosses(MlcGolden golden) throws IOException {
    Path source = golden.source(directory.resolve("source"));
    Wanted published = new Wanted(Optional.of("source"), Optional.of(source));
    double[][] expected = losses(ModelDirectory.open(source));
    boolean isRounded = golden.family().equals("qwen3-5");
    double[][] found = null;
    double least = Double.POSITIVE_INFINITY;
    for (String scheme : List.of("q0f16", "q0bf16")) { // either type of checkpoints
      found = losses(ModelDirectory.open(convert(source, scheme), published));
      least = Math.min(least, difference(found, expected));
    }
    assertThat(least).isCloseTo(0, offset(isRounded ? 0.02 : 0));
  }

  private static double difference(double[][] one, double[][] other) {
    double most = 0;
    for (int w = 0; w < one.length; w++) {
      for (int i = 0; i < one[w].length; i++) {
        most = Math.max(most, Math.abs(one[w][i] - other[w][i]));
      }
    }
    return most;
  }

  /// Likewise quantized, by MLC's own model: near, and not the same.
  @ParameterizedTest(name = "{0}")
  @MethodSource("goldens")
  void quantizedDirectoriesAreEvaluated(MlcGolden golden) throws IOException {
    Path source = golden.source(directory.resolve("source"));
    ModelDirectory quantized = ModelDirectory.open(convert(source, "q4f16_1"));
    assertThat(quantized.interpretation().name()).isEqualTo("mlc");
    for (double[] window : losses(quantized)) {
      assertThat(DoubleStream.of(window)).allMatch(loss -> Double.isFinite(loss) && loss > 0);
    }
  }

  /// MLC's converter raises NotImplementedError.
  @ParameterizedTest
  @ValueSource(strings = {"q4f16_0", "q3f16_0", "q4bf16_0"})
  void expertsByInputsAreRefused(String scheme) throws IOException {
    Path source =
        goldens().stream()
            .filter(golden -> golden.family().equals("mixtral"))
            .findFirst()
            .orElseThrow()
            .source(directory.resolve("source"));
    assertThatThrownBy(() -> convert(source, scheme))
        .isInstanceOf(WeightsException.class)
        .hasMessageStartingWith(
            scheme
                + " stores matrices inputs by outputs, and MLC LLM has no such form for experts; ")
        .hasMessageEndingWith(
            "use %s"
                .formatted(
                    switch (scheme) {
                      case "q4f16_0" -> "q4f16_1 or q4f16_2";
                      case "q3f16_0" -> "q3f16_1";
                      default -> "q4bf16_1";
                    }));
  }

  private Path convert(Path source, String scheme) {
    Path output = directory.resolve(scheme);
    new WeightConversion(
            source, scheme, Rounding.TIES_TO_EVEN, Dialect.UPSTREAM, "LM", false, output)
        .run(
            new WeightConversion.Listener() {
              @Override
              public void warning(String sentence) {}

              @Override
              public void parameter(int number, int of, String name) {}
            });
    return output;
  }

  private static double[][] losses(ModelDirectory directory) {
    int[] ids = IntStream.range(0, 40).map(i -> (i * 37 + i * i * 11) % 128).toArray();
    Windows windows = Windows.of(new int[][] {ids, {5, 77, 101}});
    Function score =
        Compiler.compile(
                directory.model(),
                "source",
                "cpu",
                new CompileOptions(true, OptionalInt.of(40), OptionalInt.empty()),
                (_, _, _) -> {})
            .score("");
    double[][] losses = new double[2][];
    Evaluation evaluation = Evaluation.ofWindows(windows, windows.count());
    try (Device device = Devices.open("cpu", new DeviceOptions(1, Optional.empty()));
        ModelWeights weights = directory.openWeights();
        Executable executable = device.load(score, weights, evaluation.largestBatch())) {
      List<WindowScore> scores = new ArrayList<>();
      evaluation.run(executable, scores::add);
      scores.forEach(each -> losses[each.window()] = each.tokenNll());
    }
    return losses;
  }
}
