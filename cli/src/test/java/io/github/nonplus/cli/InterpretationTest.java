package io.github.nonplus.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a checkpoint is taken for, as a user says it and reads it.
class InterpretationTest {
  @TempDir Path directory;
  private TinyModel model;
  private Path windows;

  @BeforeEach
  void copyModel() {
    model = TinyModel.llama(directory);
    windows = TinyModel.windows(directory);
  }

  @Test
  void aHuggingFaceModelIsThePublishedOneAndTheResultSaysSo() throws IOException {
    JsonNode plain = result(Optional.empty()).path("model").path("interpretation");
    assertThat(plain.toString())
        .isEqualTo(
            "{\"name\":\"source\",\"words\":\"the published model\",\"config\":null,"
                + "\"cost\":null,"
                + "\"differences\":[]}");
    assertThat(result(Optional.of("source")).path("model").path("interpretation")).isEqualTo(plain);
  }

  @Test
  void anUnknownInterpretationIsRefused() {
    scoring("--as", "mlc")
        .says("unknown interpretation of %s 'mlc'; there are source", model.path());
  }

  @Test
  void aConfigurationBesideOneThatSaysAllIsRefused() {
    scoring("--config", model.path())
        .says(
            "%s has its own config.json, which says all of the model; leave --config out",
            model.path());
  }

  private JsonNode result(Optional<String> as) throws IOException {
    CommandRun run =
        CommandRun.of(
            "calculate-perplexity",
            "--model",
            model.path(),
            "--device",
            "cpu",
            "--input-path",
            windows,
            "--json",
            as.map(name -> "--as=" + name).orElse("--no-journal"));
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  private Refusal scoring(Object option, Object value) {
    return Refusal.ofRequest(
        directory,
        "calculate-perplexity",
        "--model",
        model.path(),
        "--device",
        "cpu",
        "--input-path",
        windows,
        "--no-journal",
        option,
        value);
  }
}
