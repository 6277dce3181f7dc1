package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.model.family.FamilyModel;
import io.github.nonplus.model.mlc.MlcForm;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.mlc.ChatConfig;
import io.github.nonplus.weights.mlc.MlcConversion;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a converted directory is evaluated to is what MLC's own model computes of it, in float32:
/// with fused biases, with whole factors of norms, with rows in another order.
class MlcExecutionTest {
  /// Float32 summed in another order, over losses of about 5.
  private static final double TOLERANCE = 2e-5;

  @TempDir Path directory;

  @ParameterizedTest
  @ValueSource(strings = {"qwen2", "gemma", "gpt-neox"})
  void everyTokenIsThatOfMlc(String name) throws IOException {
    JsonNode golden = golden(name);
    Fixture fixture = Fixture.named(name);
    Path converted = convert(fixture, golden.path("scheme").asText());
    double[][] tokens = TestRun.of(converted, fixture.write(directory)).tokens();
    for (int w = 0; w < tokens.length; w++) {
      for (int i = 0; i < tokens[w].length; i++) {
        assertThat(tokens[w][i])
            .as("window %d, token %d", w, i + 1)
            .isCloseTo(golden.path("nll").get(w).get(i).asDouble(), offset(TOLERANCE));
      }
    }
  }

  private Path convert(Fixture fixture, String scheme) {
    HuggingFaceDirectory source = HuggingFaceDirectory.read(fixture.model());
    FamilyModel model = source.model();
    MlcForm form = MlcForms.named(model.modelType(), "");
    Path output = directory.resolve("converted");
    try (SafetensorsCheckpoint checkpoint = source.openCheckpoint()) {
      MlcConversion.convert(
          checkpoint,
          form.storedParameters(model),
          new ChatConfig(form.modelType(), form.modelConfig(model), "LM"),
          MlcConversion.Options.upstream(Quantization.named(scheme)),
          output,
          (_, _, _) -> {});
    }
    return output;
  }

  private static JsonNode golden(String name) throws IOException {
    try (InputStream json =
        MlcExecutionTest.class.getResourceAsStream(
            "/io/github/nonplus/goldens/mlc/execution.json")) {
      return new ObjectMapper().readTree(json).path(name);
    }
  }
}
