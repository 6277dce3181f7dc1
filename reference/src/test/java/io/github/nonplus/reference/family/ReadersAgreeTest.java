package io.github.nonplus.reference.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.Model;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.program.op.Rotate;
import io.github.nonplus.program.rotation.Rotation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Both readers of a configuration, which share no code, take it for the same model, or refuse it.
class ReadersAgreeTest {
  private static final String PLAIN =
      """
      {"model_type": "llama", "hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 2,
       "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 128, "head_dim": 16,
       "max_position_embeddings": 256, "rms_norm_eps": 1e-05%s}""";

  private static final String LLAMA3 =
      """
      {"rope_theta": 500000.0, "rope_type": "llama3", "factor": 8.0, "low_freq_factor": 1.0, \
      "high_freq_factor": 4.0, "original_max_position_embeddings": 64}""";

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "\"rope_theta\": 500000",
        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2.0, \"rope_theta\": 500000.0}",
        "\"rope_theta\": 10, \"rope_scaling\": {\"rope_type\": \"default\", \"rope_theta\": 5e5}",
        "\"rope_theta\": 7.0, \"rope_parameters\": {\"rope_theta\": 9.0}",
        "\"rope_scaling\": {}, \"rope_parameters\": " + LLAMA3,
        "\"rope_parameters\": {}, \"rope_scaling\": " + LLAMA3,
        "\"rope_scaling\": {\"type\": null}, \"rope_parameters\": " + LLAMA3,
        "\"rope_scaling\": " + LLAMA3 + ", \"rope_parameters\": " + LLAMA3,
        "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4, \"finetuned\": true,"
            + " \"original_max_position_embeddings\": 64.0}",
        "\"original_max_position_embeddings\": 64, \"rope_scaling\": {\"type\": \"yarn\","
            + " \"factor\": 4}",
        "\"rope_scaling\": {\"type\": \"yarn\", \"factor\": 4, \"mscale\": 1, \"mscale_all_dim\": 2}",
        "\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2}",
        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2,"
            + " \"original_max_position_embeddings\": 64}",
        "\"hidden_act\": \"swish\"",
        "\"is_llama_config\": true, \"rope_interleaved\": false, \"max_length\": 20",
        "\"quantization_config\": {}",
      })
  void onWhatTheyRead(String keys) throws IOException {
    write(keys);
    Model model = HuggingFaceDirectory.read(directory).model();
    Decoder other = Configuration.read(directory);
    Rotary turning = other.layers().getFirst().rotary().orElseThrow();
    Rotation rotation = rotation(model);
    for (int length : new int[] {8, 1024}) {
      assertThat(turning.frequencies(16, length))
          .containsExactly(rotation.frequencies(16, length), within(1e-15));
    }
    assertThat(turning.attentionFactor()).isCloseTo(rotation.attentionFactor(), within(1e-15));
    assertThat(other.longestWindow()).isEqualTo(model.contextWindow());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2},"
            + " \"rope_parameters\": {\"rope_theta\": 500000.0, \"rope_type\": \"default\"}",
        "\"rope_scaling\": {\"type\": \"linear\", \"rope_type\": \"default\", \"factor\": 2}",
        "\"original_max_position_embeddings\": 128, \"rope_scaling\": {\"type\": \"yarn\","
            + " \"factor\": 2, \"original_max_position_embeddings\": 64}",
        "\"rope_scaling\": {\"type\": \"dynamic\", \"factor\": 2,"
            + " \"original_max_position_embeddings\": 64}",
        "\"rope_scaling\": {\"type\": \"linear\", \"factor\": 2, \"temperature\": 2}",
        "\"partial_rotary_factor\": 0.5",
        "\"rope_interleaved\": true",
        "\"attn_logit_softcapping\": 50",
        "\"hidden_act\": \"spiral\"",
        "\"quantization_config\": {\"bits\": 4}",
        "\"quantization\": {\"bits\": 4}",
      })
  void onWhatTheyRefuse(String keys) throws IOException {
    write(keys);
    assertThatThrownBy(() -> HuggingFaceDirectory.read(directory))
        .isInstanceOf(ModelException.class);
    assertThatThrownBy(() -> Configuration.read(directory)).isInstanceOf(ModelException.class);
  }

  @Test
  void onWhatTheFirstGemmasMeanByGelu() throws IOException {
    writeOf("gemma", "\"hidden_act\": \"gelu\"");
    assertThat(Configuration.read(directory).feedForward().activation())
        .isEqualTo(Decoder.Activation.GELU_TANH);
  }

  @Test
  void onAPatternOfLettersBesideTheListOfLayers() throws IOException {
    writeOf(
        "exaone4",
        "\"sliding_window\": 16, \"sliding_window_pattern\": \"LLLG\","
            + " \"layer_types\": [\"sliding_attention\", \"full_attention\"]");
    assertThat(Configuration.read(directory).layers())
        .extracting(layer -> layer.rotary().isPresent())
        .containsExactly(true, false);
    assertThat(
            HuggingFaceDirectory.read(directory).model().program(Model.Output.SCORE).operations())
        .filteredOn(Rotate.class::isInstance)
        .hasSize(2); // the queries and the keys of one layer
  }

  private void writeOf(String type, String keys) throws IOException {
    write(keys);
    Path file = directory.resolve("config.json");
    Files.writeString(file, Files.readString(file).replace("\"llama\"", "\"%s\"".formatted(type)));
  }

  private void write(String keys) throws IOException {
    String more = keys.isEmpty() ? "" : ", " + keys;
    Files.writeString(directory.resolve("config.json"), PLAIN.formatted(more));
  }

  private static Rotation rotation(Model model) {
    for (Operation operation : model.program(Model.Output.SCORE).operations()) {
      if (operation instanceof Rotate rotate) {
        return rotate.rotation();
      }
    }
    throw new AssertionError("a Llama turns its queries");
  }
}
