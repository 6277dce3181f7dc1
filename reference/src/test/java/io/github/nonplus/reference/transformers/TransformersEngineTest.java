package io.github.nonplus.reference.transformers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.reference.Precision;
import io.github.nonplus.reference.ReferenceModel;
import io.github.nonplus.reference.Variant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/// The pipe and its ends, with a shell script in Python's place: what the script answers is said by
/// the test. What the real one answers needs transformers, which tests do not.
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "a script of sh stands in for Python")
class TransformersEngineTest {
  private static final Path MODEL =
      Path.of("src/test/resources/io/github/nonplus/fixtures/architectures/llama");

  private static final String READY =
      """
      echo '{"versions":{"torch":"2.11.0","transformers":"5.17.0"},"model_type":"llama",\
      "vocabulary":97,"longest_window":64,"bytes":12,"attention":"sdpa"}'
      """;

  @TempDir Path directory;

  @Test
  void everyWindowIsALineThereAndALineBack() throws IOException {
    Path heard = directory.resolve("heard");
    String program =
        READY + "read line; echo \"$line\" > %s; echo '{\"nll\":[1.5,2.25]}'".formatted(heard);
    try (ReferenceModel model = open(program)) {
      assertThat(model.score(new int[] {4, 5, 6})).containsExactly(1.5, 2.25);
      assertThat(heard).hasContent("{\"ids\":[4,5,6],\"scored\":2}");
      assertThat(model.vocabulary()).isEqualTo(97);
      assertThat(model.longestWindow()).isEqualTo(64);
      assertThat(model.facts().versions()).containsEntry("transformers", "5.17.0");
      assertThat(model.account().quantization()).isEqualTo("bitsandbytes-nf4");
      assertThat(model.account().weightsSha256()).hasSize(64);
    }
  }

  @Test
  void whatTheScriptMissesIsItsSentence() {
    assertThatThrownBy(() -> open("echo '{\"failure\":\"install it: pip\"}'"))
        .isInstanceOf(DeviceException.class)
        .hasMessage("install it: pip");
  }

  @Test
  void anEndWithoutAWordTellsTheLastThatWasSaid() {
    assertThatThrownBy(() -> open("echo 'No module named x' >&2; exit 3"))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("ended with code 3, saying: No module named x; run the engine");
  }

  @Test
  void anAnswerOfAnotherLengthIsRefused() throws IOException {
    try (ReferenceModel model = open(READY + "read line; echo '{\"nll\":[1]}'")) {
      assertThatThrownBy(() -> model.score(new int[] {1, 2, 3}))
          .hasMessage("the Python process answered 1 losses for 2 ids");
    }
  }

  @Test
  void aProgramThatIsNotThereIsNamed() {
    assertThatThrownBy(
            () ->
                new TransformersEngine(Optional.of("/no/such/python"))
                    .open(MODEL, Variant.of(Precision.FLOAT32), 1, _ -> {}))
        .isInstanceOf(DeviceException.class)
        .hasMessageContaining("the Python /no/such/python does not start");
  }

  private ReferenceModel open(String program) throws IOException {
    Path python = Files.writeString(directory.resolve("python"), "#!/bin/sh\n" + program + "\n");
    assertThat(python.toFile().setExecutable(true)).isTrue();
    return new TransformersEngine(Optional.of(python.toString()))
        .open(MODEL, Variant.of(Precision.NF4), 1, _ -> {});
  }
}
