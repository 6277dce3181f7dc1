package io.github.nonplus.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.perplexity.Fixture;
import io.github.nonplus.quantization.Rounding;
import io.github.nonplus.weights.mlc.Dialect;
import io.github.nonplus.weights.safetensors.SafetensorsBytes;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// What MLC's converter refuses is refused: in a sentence that says why, before anything is
/// converted, and with nothing left behind.
class MlcErrorsTest {
  /// Of checkpoints whose weights are quantized already.
  private static final String QUANTIZED = "-fp8";

  @TempDir Path directory;

  static Stream<Arguments> errors() throws IOException {
    try (InputStream json =
        new GZIPInputStream(
            MlcErrorsTest.class.getResourceAsStream(
                "/io/github/nonplus/goldens/mlc/errors.json.gz"))) {
      return new ObjectMapper()
          .readTree(json).properties().stream()
              .map(each -> Arguments.of(each.getKey(), each.getValue().asText()))
              .toList()
              .stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("errors")
  void whatMlcRefusesIsRefused(String what, String error) throws IOException {
    String family = what.split(" ")[0];
    String scheme = what.split(" ")[1];
    Path source = source(family);
    Path output = directory.resolve("output");
    assertThatThrownBy(() -> convert(source, scheme, output))
        .as(error)
        .isInstanceOf(NonplusException.class)
        .hasMessageContaining(sentence(family, scheme, error));
    assertThat(output).doesNotExist();
  }

  private static String sentence(String family, String scheme, String error) {
    if (error.startsWith("NotImplementedError: GroupQuantizeMixtralExperts does not support KN")) {
      return scheme
          + " stores matrices inputs by outputs, and MLC LLM has no such form for experts; use ";
    }
    if (scheme.endsWith("_static_activation")) {
      return "the quantization '" + scheme + "' is not read";
    }
    if (error.contains("model is fp8 block quantized")) {
      return "is quantized already (fp8), and weights in "
          + scheme
          + " made of it are quantized twice";
    }
    return switch (family) {
      case "gptj" -> "MLC's form of model_type 'gptj' is not implemented";
      case "qwen3-5-text" -> "MLC's form of model_type 'qwen3_5_text' is not implemented";
      default -> throw new AssertionError(family + ": " + error);
    };
  }

  private static void convert(Path source, String scheme, Path output) {
    new WeightConversion(
            source, scheme, Rounding.TIES_TO_EVEN, Dialect.UPSTREAM, "LM", false, output)
        .run(
            new WeightConversion.Listener() {
              @Override
              public void warning(String sentence) {}

              @Override
              public void parameter(int number, int of, String name) {
                throw new AssertionError("converts " + name);
              }
            });
  }

  /// The configuration, with hardly any weights: none is asked for before a refusal.
  private Path source(String family) throws IOException {
    Path source = Files.createDirectory(directory.resolve("source"));
    Files.writeString(source.resolve("config.json"), config(family).toString());
    new SafetensorsBytes()
        .float32("model.norm.weight", List.of(1), 1)
        .write(source.resolve("model.safetensors"));
    return source;
  }

  private JsonNode config(String family) throws IOException {
    if (family.equals("gptj")) {
      return json(Fixture.named("gptj").model());
    }
    if (family.equals("qwen3-5-text")) {
      return golden("qwen3-5").path("text_config");
    }
    if (family.endsWith(QUANTIZED)) {
      ObjectNode config = golden(family.replace(QUANTIZED, "")).deepCopy();
      config.set(
          "quantization_config",
          new ObjectMapper()
              .valueToTree(
                  Map.of(
                      "quant_method", "fp8",
                      "fmt", "e4m3",
                      "activation_scheme", "dynamic",
                      "weight_block_size", List.of(32, 32))));
      return config;
    }
    return golden(family);
  }

  private JsonNode golden(String family) throws IOException {
    MlcGolden golden =
        MlcGolden.all().stream()
            .filter(each -> each.family().equals(family))
            .findFirst()
            .orElseThrow();
    return json(golden.source(directory.resolve(family)));
  }

  private static JsonNode json(Path folder) throws IOException {
    return new ObjectMapper().readTree(folder.resolve("config.json").toFile());
  }
}
