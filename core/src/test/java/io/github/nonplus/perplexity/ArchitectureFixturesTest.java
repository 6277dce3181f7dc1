package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.model.Architecture;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What each variant of an architecture computes, token by token.
class ArchitectureFixturesTest {
  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "llama",
        "llama-bias",
        "llama-dynamic-rope",
        "llama-linear-rope",
        "llama-llama3rope",
        "llama-tied-sharded",
        "llama-yarn"
      })
  void everyTokenIsThatOfFloat64(String name) throws IOException {
    Fixture fixture = Fixture.named(name);
    double[][] tokens = TestRun.of(fixture.model(), fixture.write(directory)).tokens();
    assertThat(tokens.length).isEqualTo(fixture.windows().length);
    for (int w = 0; w < tokens.length; w++) {
      for (int i = 0; i < tokens[w].length; i++) {
        assertThat(tokens[w][i])
            .as("%s: window %d, token %d", name, w, i + 1)
            .isCloseTo(fixture.nll(w, i), within(fixture.tolerance()));
      }
    }
  }

  @Test
  void everyArchitectureHasAFixture() throws IOException {
    for (Architecture architecture : Architecture.ALL) {
      assertThat(Fixture.named(architecture.modelType()).golden().get("model_type").asText())
          .isEqualTo(architecture.modelType());
    }
  }
}
