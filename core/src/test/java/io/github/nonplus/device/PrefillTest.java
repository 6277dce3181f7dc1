package io.github.nonplus.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The two functions of a library tell the same story: the logits of `prefill`, made into a
/// negative log-likelihood the plain way, are what `score` returns.
class PrefillTest {
  private static final Path LLAMA =
      Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama");

  @Test
  void logitsOfSelectedRowsGiveTheScores() {
    HuggingFaceDirectory model = HuggingFaceDirectory.read(LLAMA);
    ModelLibrary library =
        Compiler.compile(model.model(), "source", "cpu", CompileOptions.SCORING, (_, _, _) -> {});
    Batch batch =
        Batch.scoring(List.of(new int[] {3, 1, 4, 1, 5}, new int[] {9, 2, 6}, new int[] {5, 3}));
    try (Device device = Devices.open("cpu", new DeviceOptions(2));
        ModelWeights weights = model.openWeights();
        Executable score = device.load(library.functions().get("score"), weights, 20);
        Executable prefill = device.load(library.functions().get("prefill"), weights, 20)) {
      double[] scores = score.score(batch);
      float[] logits = prefill.output(batch);
      int vocabulary = model.model().vocabularySize();
      assertThat(logits).hasSize(scores.length * vocabulary);
      for (int row = 0; row < scores.length; row++) {
        double sum = 0;
        for (int id = 0; id < vocabulary; id++) {
          sum += Math.exp(logits[row * vocabulary + id]);
        }
        double expected = Math.log(sum) - logits[row * vocabulary + batch.targets()[row]];
        assertThat(scores[row]).isCloseTo(expected, within(1e-6));
      }
    }
  }
}
