package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.device.Computation;
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
    assertThat(IN_MEMORY.batchTokens(wanting(8192))).isEqualTo(8192);
  }

  @Test
  void itNeverGetsLessThanTheCompilersDefault() {
    assertThat(IN_MEMORY.batchTokens(wanting(0))).isEqualTo(2048);
  }

  @Test
  void aLibrarysFileIsObeyed() {
    ScoringModel fromFile =
        new ScoringModel(
            IN_MEMORY.directory(), Optional.of(Path.of("model.lib")), IN_MEMORY.library());
    assertThat(fromFile.batchTokens(wanting(8192))).isEqualTo(2048);
  }

  private static Computation wanting(int batch) {
    return new Computation("some", Arithmetic.FLOAT32, batch);
  }
}
