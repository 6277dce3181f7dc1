package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.journal.JournalPlace;
import io.github.nonplus.journal.Shard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Models in GGUF, token by token.
class GgufGoldenTest {
  @TempDir Path directory;

  static List<String> names() throws IOException {
    return GgufGolden.names();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void everyTokenIsThatOfTheGolden(String name) throws IOException {
    GgufGolden golden = GgufGolden.named(name);
    Path windows = golden.write(directory);
    if (!golden.isComputed()) {
      assertThatThrownBy(() -> TestRun.of(golden.model(), windows))
          .isInstanceOf(NonplusException.class)
          .hasMessageContaining(golden.model().getFileName().toString());
      return;
    }
    for (String kernels : kernels()) {
      double[][] tokens = tokens(golden, windows, new DeviceOptions(2, Optional.of(kernels)));
      assertThat(tokens.length).isEqualTo(golden.windows().length);
      double worst = 0;
      for (int w = 0; w < tokens.length; w++) {
        for (int i = 0; i < tokens[w].length; i++) {
          worst = Math.max(worst, Math.abs(tokens[w][i] - golden.nll(w, i)));
        }
      }
      assertThat(worst).as("%s, %s", name, kernels).isCloseTo(0, within(golden.tolerance()));
    }
  }

  /// Those of this machine.
  private static List<String> kernels() {
    List<String> kernels = new ArrayList<>(List.of("scalar"));
    for (int bits = 128; bits <= VectorKernels.longest(); bits *= 2) {
      kernels.add("vector-" + bits);
    }
    return kernels;
  }

  /// Some windows are longer than the model's context, which does not matter to them.
  private static double[][] tokens(GgufGolden golden, Path windows, DeviceOptions options) {
    List<double[]> tokens = new ArrayList<>();
    Request request =
        new Request(
            golden.model(),
            Optional.empty(),
            Arrays.stream(golden.windows()).mapToInt(window -> window.length).max(),
            "cpu",
            options,
            windows,
            OptionalInt.empty(),
            OptionalInt.empty(),
            new JournalPlace.None(),
            Shard.WHOLE);
    PerplexityRun.of(
        request,
        new PerplexityRun.Listener() {
          @Override
          public void note(String sentence) {}

          @Override
          public void window(WindowScore score, Tally tally, int total) {
            tokens.add(score.tokenNll());
          }
        });
    return tokens.toArray(double[][]::new);
  }
}
