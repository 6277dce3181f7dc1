package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.model.family.Family;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// What each family computes, token by token, over every fixture that there is: by the definition,
/// and with vectors of every length that this processor has, which give the same bits.
class ArchitectureFixturesTest {
  @TempDir Path directory;

  static List<String> names() throws IOException {
    return Fixture.names();
  }

  private static List<String> kernels() {
    return Stream.concat(
            Stream.of("scalar"),
            IntStream.of(128, 256, 512)
                .filter(bits -> bits <= VectorKernels.longest())
                .mapToObj(bits -> "vector-" + bits))
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void everyTokenIsThatOfFloat64ByKernelsOfEveryKind(String name) throws IOException {
    Fixture fixture = Fixture.named(name);
    Path windows = fixture.write(directory);
    double[][] definition = null;
    for (String kernels : kernels()) {
      DeviceOptions options = new DeviceOptions(2, Optional.of(kernels));
      double[][] tokens =
          TestRun.of(fixture.model(), windows, OptionalInt.empty(), options).tokens();
      requireClose(name + " by " + kernels, fixture, tokens);
      definition = definition == null ? tokens : definition;
      assertThat(tokens).as("%s by %s", name, kernels).isDeepEqualTo(definition);
    }
  }

  private static void requireClose(String what, Fixture fixture, double[][] tokens) {
    assertThat(tokens.length).isEqualTo(fixture.windows().length);
    for (int w = 0; w < tokens.length; w++) {
      for (int i = 0; i < tokens[w].length; i++) {
        assertThat(tokens[w][i])
            .as("%s: window %d, token %d", what, w, i + 1)
            .isCloseTo(fixture.nll(w, i), within(fixture.tolerance()));
      }
    }
  }

  @Test
  void everyFamilyHasAFixture() throws IOException {
    Set<String> types = new HashSet<>();
    for (String name : names()) {
      types.add(ModelDirectory.open(Fixture.named(name).model()).model().modelType());
    }
    types.addAll(Fixture.elsewhere().values());
    types.addAll(RestatedFixturesTest.TYPES);
    for (Family family : Families.ALL) {
      assertThat(types).as("fixtures of " + family.names()).containsAnyElementsOf(family.names());
    }
  }
}
