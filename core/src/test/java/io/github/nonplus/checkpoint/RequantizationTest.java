package io.github.nonplus.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.model.Model;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.quantization.Rounding;
import io.github.nonplus.storage.StoredGolden;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import io.github.nonplus.weights.mlc.Dialect;
import io.github.nonplus.weights.safetensors.SafetensorsBytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Weights that are quantized already, in a scheme of MLC's.
class RequantizationTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  private List<String> convert(Path model, boolean requantize, String output) {
    List<String> warnings = new ArrayList<>();
    new WeightConversion(
            model,
            "q4f16_1",
            Rounding.TIES_TO_EVEN,
            Dialect.UPSTREAM,
            "LM",
            requantize,
            directory.resolve(output))
        .run(
            new WeightConversion.Listener() {
              @Override
              public void warning(String sentence) {
                warnings.add(sentence);
              }

              @Override
              public void parameter(int number, int of, String name) {}
            });
    return warnings;
  }

  @Test
  void itIsRefusedUnlessAskedFor() throws IOException {
    Path model = StoredGolden.named("gptq-3bit-g32-asym-act.qwen3").directory();
    assertThatThrownBy(() -> convert(model, false, "out"))
        .isInstanceOf(ModelException.class)
        .hasMessage(
            "%s is quantized already (gptq-3bit-g32), and weights in q4f16_1 made of it are quantized twice; give the original one, or add --requantize",
            model);
    assertThat(directory.resolve("out")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "gptq-3bit-g32-asym-act.qwen3, gptq-3bit-g32",
    "bnb-nf4-double.qwen3, bitsandbytes-nf4-double",
    "ct-w4a16-g32-asym.qwen3, compressed-tensors-pack-quantized"
  })
  void theResultIsThatOfTheDecodedWeightsAndSaysSo(String name, String before) throws IOException {
    Path model = StoredGolden.named(name).directory();
    assertThat(convert(model, true, "twice"))
        .contains(
            "%s is quantized already (%s), and weights in q4f16_1 made of it are quantized twice"
                .formatted(model, before));
    convert(decoded(HuggingFaceDirectory.read(model)), false, "once");
    assertThat(directory.resolve("twice/params_shard_0.bin"))
        .hasSameBinaryContentAs(directory.resolve("once/params_shard_0.bin"));
    assertThat(ModelDirectory.open(directory.resolve("twice")).notices())
        .contains("Its weights were quantized twice: they were %s before.".formatted(before));
    assertThat(ModelDirectory.open(directory.resolve("once")).notices()).isEmpty();
  }

  /// The same model, written by hand.
  private Path decoded(HuggingFaceDirectory model) throws IOException {
    Path to = Files.createDirectory(directory.resolve("decoded"));
    ObjectNode config = (ObjectNode) JSON.readTree(model.path().resolve("config.json").toFile());
    config.remove("quantization_config");
    Files.write(to.resolve("config.json"), JSON.writeValueAsBytes(config));
    SafetensorsBytes bytes = new SafetensorsBytes();
    try (ModelWeights weights = model.openWeights()) {
      List<Parameter> inOrder =
          new ArrayList<>(model.model().program(Model.Output.SCORE).parameters());
      inOrder.sort(Comparator.comparing(Parameter::name)); // in which MLC's shards are filled
      for (Parameter each : inOrder) {
        if (each.shape().size() == 1) {
          bytes.float32(each.name(), each.shape(), weights.vector(each.name(), each.outputs()));
        } else {
          Matrix matrix = weights.matrix(each.name(), each.outputs(), each.inputs());
          float[] values = new float[each.outputs() * each.inputs()];
          matrix.decode(0, each.outputs(), values, 0);
          bytes.float32(each.name(), each.shape(), values);
        }
      }
    }
    bytes.write(to.resolve("model.safetensors"));
    return to;
  }
}
