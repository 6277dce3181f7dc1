package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.PlainOperations;
import io.github.nonplus.library.Function;
import io.github.nonplus.model.Model.Output;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.passes.Passes;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A state that goes through many tokens in float32 stays as near float64 as one that goes through
/// few: every token of a long window is within the tolerance of the fixture's own windows.
///
/// Windows are as long as makes a test of some seconds; `-Dnonplus.window=32768` takes longer ones.
class LongWindowsTest {
  private static final int TOKENS = Integer.getInteger("nonplus.window", 700);

  /// One of each law; attention in them slides, but for OLMo's, which takes long.
  @ParameterizedTest
  @ValueSource(strings = {"mamba", "mamba2", "recurrent-gemma", "olmo-hybrid"})
  void everyTokenOfALongWindowIsThatOfFloat64(String name) throws IOException {
    Fixture fixture = Fixture.named(name);
    int[] ids = new Random(7).ints(TOKENS, 0, 128).toArray();
    ModelDirectory model = ModelDirectory.open(fixture.model());
    try (ModelWeights weights = model.openWeights()) {
      Program program = model.model().program(Output.SCORE);
      Batch batch = Batch.scoring(List.of(ids));
      double[] found = scores(Passes.apply(program, (_, _) -> {}), weights, batch);
      double[] expected = new PlainOperations(weights, batch).last(program);
      assertThat(found).hasSameSizeAs(expected).hasSize(TOKENS - 1);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i])
            .as("%s, token %d", name, i + 1)
            .isCloseTo(expected[i], within(fixture.tolerance()));
      }
    }
  }

  private static double[] scores(Program program, ModelWeights weights, Batch batch) {
    try (Device device = Devices.open("cpu", new DeviceOptions(2, Optional.empty()));
        Executable executable = device.load(Function.of(program), weights, batch.tokens())) {
      return executable.score(batch);
    }
  }
}
