package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.library.Function;
import io.github.nonplus.model.Model;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.program.passes.Passes;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.mlc.ChatConfig;
import io.github.nonplus.weights.mlc.MlcConversion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Evaluating quantized weights is evaluating what they mean: the same bits come out whether a
/// weight is decoded on its way into a product or beforehand.
class QuantizedEvaluationTest {
  @TempDir Path directory;

  static Stream<String> schemes() {
    return Quantization.computed().stream();
  }

  @ParameterizedTest
  @MethodSource("schemes")
  void equalsTheEvaluationOfTheDecodedWeights(String scheme) throws IOException {
    Fixture fixture = Fixture.named("llama");
    FamilyModel source = HuggingFaceDirectory.read(fixture.model()).model();
    Path converted = directory.resolve(scheme);
    MlcConversion.convert(
        fixture.model(),
        MlcForms.named(source.modelType(), "").storedParameters(source),
        new ChatConfig("llama", MlcForms.named(source.modelType(), "").modelConfig(source), "LM"),
        MlcConversion.Options.upstream(Quantization.named(scheme)),
        converted,
        (_, _, _) -> {});
    ModelDirectory model = ModelDirectory.open(converted);
    try (ModelWeights quantized = model.openWeights();
        ModelWeights decoded = new DecodedWeights(model.openWeights())) {
      List<double[]> expected = scores(model.model(), decoded, fixture.windows());
      List<double[]> found = scores(model.model(), quantized, fixture.windows());
      for (int w = 0; w < expected.size(); w++) {
        assertThat(found.get(w)).isEqualTo(expected.get(w));
      }
    }
  }

  private static List<double[]> scores(Model model, ModelWeights weights, int[][] windows) {
    Function score = Function.of(Passes.apply(model.program(Model.Output.SCORE), (_, _) -> {}));
    Evaluation evaluation = Evaluation.ofTokens(Windows.of(windows), 100);
    List<double[]> scores = new ArrayList<>();
    try (Device device = Devices.open("cpu", DeviceOptions.defaults());
        Executable executable = device.load(score, weights, evaluation.largestBatch())) {
      evaluation.run(executable, window -> scores.add(window.tokenNll()));
    }
    return scores;
  }
}
