package io.github.nonplus.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.RequestException;
import io.github.nonplus.model.interpretation.Difference;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.perplexity.Fixture;
import io.github.nonplus.program.op.Attend;
import io.github.nonplus.program.op.Mask;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a GGUF file's weights are taken for.
class GgufFileTest {
  private static final Path FILES = Path.of("src/test/resources/io/github/nonplus/goldens/gguf");
  private static final Path STARCODER = FILES.resolve("starcoder2.q8_0.gguf");

  private static Wanted withConfig(String fixture, String as) throws IOException {
    return new Wanted(Optional.ofNullable(as), Optional.of(Fixture.named(fixture).model()));
  }

  @Test
  void byItselfItIsWhatLlamaCppComputes() {
    ModelDirectory file = ModelDirectory.open(STARCODER);
    assertThat(file.interpretation().name()).isEqualTo("llamacpp");
    assertThat(file.interpretation().differences())
        .extracting(Difference::name)
        .containsExactly("sliding_window");
    assertThat(file.model().facts()).containsEntry("interpretation", "llamacpp");
    assertThat(file.quantization()).isEqualTo("GGUF Q8_0");
    assertThat(hasWindow(file)).isFalse();
  }

  @Test
  void thePublishedModelIsKnownByItsConfiguration() throws IOException {
    assertThatThrownBy(() -> ModelDirectory.open(STARCODER, Wanted.named("source")))
        .isInstanceOf(RequestException.class)
        .hasMessageContaining("--config");
    ModelDirectory file = ModelDirectory.open(STARCODER, withConfig("starcoder2", "source"));
    assertThat(file.interpretations().names())
        .containsExactly("llamacpp", "source", "source+sliding_window");
    assertThat(hasWindow(file)).isTrue();
    file.openWeights().close();
  }

  @Test
  void theDifferencesMakeOfThePublishedModelWhatLlamaCppComputes() throws IOException {
    ModelDirectory file = ModelDirectory.open(STARCODER, withConfig("starcoder2", "llamacpp"));
    assertThat(hasWindow(file)).isFalse();
    assertThat(
            ModelDirectory.open(FILES.resolve("falcon.q8_0.gguf"), withConfig("falcon", null))
                .interpretations()
                .differences())
        .isEmpty();
  }

  private static boolean hasWindow(ModelDirectory file) {
    return file.model().program(io.github.nonplus.model.Model.Output.SCORE).operations().stream()
        .anyMatch(each -> each instanceof Attend attend && attend.mask() instanceof Mask.Sliding);
  }

  @Test
  void aFolderWithOneFileStandsForIt(@TempDir Path folder) throws IOException {
    Files.copy(STARCODER, folder.resolve("a.gguf"));
    assertThat(ModelDirectory.open(folder).path()).isEqualTo(folder.resolve("a.gguf"));
    Files.copy(STARCODER, folder.resolve("b.gguf"));
    assertThatThrownBy(() -> ModelDirectory.open(folder)).hasMessageContaining("a.gguf, b.gguf");
  }
}
