package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.Executable;
import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.library.Function;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BatchTokensTest {
  private static final Path MODEL =
      Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama-bias");
  private static final ScoringModel IN_MEMORY =
      ScoringModel.open(MODEL, Optional.empty(), "cpu", _ -> {});

  @Test
  void aDeviceGetsWhatItWantsIfTheModelIsCompiledInMemory() {
    assertThat(IN_MEMORY.batchTokens(new Wanting(8192))).isEqualTo(8192);
  }

  @Test
  void itNeverGetsLessThanTheCompilersDefault() {
    assertThat(IN_MEMORY.batchTokens(new Wanting(0))).isEqualTo(2048);
  }

  @Test
  void aLibrarysFileIsObeyed() {
    ScoringModel fromFile =
        new ScoringModel(
            IN_MEMORY.directory(), Optional.of(Path.of("model.lib")), IN_MEMORY.library());
    assertThat(fromFile.batchTokens(new Wanting(8192))).isEqualTo(2048);
  }

  private record Wanting(int wantedBatch) implements Device {
    @Override
    public String name() {
      return "wanting";
    }

    @Override
    public String description() {
      return name();
    }

    @Override
    public String kernels() {
      return name();
    }

    @Override
    public Arithmetic arithmetic() {
      return Arithmetic.FLOAT32;
    }

    @Override
    public int threads() {
      return 1;
    }

    @Override
    public Executable load(Function function, DeviceCode code, ModelWeights weights, int tokens) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
  }
}
