package io.github.nonplus.perplexity;

import static io.github.nonplus.perplexity.OpenClScores.roundingNothing;
import static io.github.nonplus.perplexity.OpenClScores.scores;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.opencl.OpenClRequired;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Files of llama.cpp on OpenCL against the losses that it computes.
class OpenClGgufGoldenTest implements OpenClRequired {
  static List<String> filesOfLlamaCpp() throws IOException {
    return GgufGolden.names();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("filesOfLlamaCpp")
  void everyTokenOfAGgufIsThatOfTheGolden(String name) throws IOException {
    GgufGolden golden = GgufGolden.named(name);
    if (!golden.isComputed()) {
      return; // refused on every device: GgufGoldenTest
    }
    ModelDirectory model = ModelDirectory.open(golden.model());
    List<double[]> found =
        scores("opencl", roundingNothing(), model, Windows.of(golden.windows()), 100);
    for (int w = 0; w < found.size(); w++) {
      for (int i = 0; i < found.get(w).length; i++) {
        assertThat(found.get(w)[i])
            .as("%s: window %d, token %d", name, w, i + 1)
            .isCloseTo(golden.nll(w, i), within(golden.tolerance()));
      }
    }
  }
}
