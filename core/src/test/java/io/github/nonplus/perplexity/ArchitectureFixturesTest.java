package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.Family;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What each family computes, token by token, over every fixture that there is.
class ArchitectureFixturesTest {
  @TempDir Path directory;

  static List<String> names() throws IOException {
    return Fixture.names();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
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
  void everyFamilyHasAFixture() throws IOException {
    Set<String> types = new HashSet<>();
    for (String name : names()) {
      types.add(Fixture.named(name).golden().get("model_type").asText());
    }
    for (Family family : Families.ALL) {
      assertThat(types).as("fixtures of " + family.names()).containsAnyElementsOf(family.names());
    }
  }
}
