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

/// Every fixture on OpenCL against the losses of float64.
class OpenClFixturesTest implements OpenClRequired {
  static List<String> names() throws IOException {
    return Fixture.names();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void everyTokenOfAFixtureIsThatOfFloat64(String name) throws IOException {
    Fixture fixture = Fixture.named(name);
    ModelDirectory model = ModelDirectory.open(fixture.model());
    List<double[]> found =
        scores("opencl", roundingNothing(), model, Windows.of(fixture.windows()), 100);
    for (int w = 0; w < found.size(); w++) {
      for (int i = 0; i < found.get(w).length; i++) {
        assertThat(found.get(w)[i])
            .as("%s: window %d, token %d", name, w, i + 1)
            .isCloseTo(fixture.nll(w, i), within(fixture.tolerance()));
      }
    }
  }
}
