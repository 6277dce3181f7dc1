package io.github.nonplus.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.model.Model;
import io.github.nonplus.program.op.CodeScales;
import io.github.nonplus.program.op.FakeQuantize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Activations as checkpoints ask for them, against what the library of the format makes of them.
class ActivationsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path directory;

  static List<String> names() throws IOException {
    return ActivationGolden.names();
  }

  private static List<FakeQuantize> rounded(Path directory) {
    return HuggingFaceDirectory.read(directory)
        .with(Activations.AS_STORED)
        .model()
        .program(Model.Output.SCORE)
        .operations()
        .stream()
        .filter(FakeQuantize.class::isInstance)
        .map(FakeQuantize.class::cast)
        .toList();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void numbersBecomeTheLibrarysBits(String name) throws IOException {
    ActivationGolden golden = ActivationGolden.named(name);
    FakeQuantize quantize = rounded(golden.directory()).getFirst();
    float[] x = golden.rows("x");
    float[] y = golden.rows("y");
    int group = quantize.scales().group() == 0 ? ActivationGolden.COLUMNS : quantize.groupWidth();
    for (int first = 0; first < x.length; first += group) {
      float least = 0;
      float most = 0;
      for (int i = first; i < first + group; i++) {
        least = Math.min(least, x[i]);
        most = Math.max(most, x[i]);
      }
      CodeScales.Pair pair = quantize.scales().of(least, most, quantize.codes(), golden.stored());
      for (int i = first; i < first + group; i++) {
        assertThat(FakeQuantize.of(x[i], quantize.codes(), pair))
            .as("row %d, column %d", i / ActivationGolden.COLUMNS, i % ActivationGolden.COLUMNS)
            .isEqualTo(y[i] + 0f); // of two zeros either
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void everyTokenIsThatOfFloat64(String name) throws IOException {
    ActivationGolden.require(name, "cpu", Optional.of("scalar"));
    for (int bits = 128; bits <= VectorKernels.longest(); bits *= 2) {
      ActivationGolden.require(name, "cpu", Optional.of("vector-" + bits));
    }
  }

  /// Queries, keys and values read one input, as do a gate and what it gates.
  @Test
  void whatSeveralProductsReadIsRoundedOnce() throws IOException {
    assertThat(rounded(ActivationGolden.named("int8-token.llama").directory())).hasSize(4);
    assertThat(rounded(ActivationGolden.named("fp8-tensor.llama").directory())).hasSize(7);
  }

  @Test
  void theResultSaysThatTheyAre() throws IOException {
    HuggingFaceDirectory read =
        HuggingFaceDirectory.read(ActivationGolden.named("int8-token.llama").directory());
    assertThat(read.quantization())
        .isEqualTo("compressed-tensors-int-quantized, activations float32");
    HuggingFaceDirectory stored = read.with(Activations.AS_STORED);
    assertThat(stored.quantization())
        .isEqualTo("compressed-tensors-int-quantized, activations as stored");
    assertThat(Activations.of(stored.quantization())).isEqualTo(Activations.AS_STORED);
    assertThat(stored.model().facts()).containsEntry("activations", "as stored");
    assertThat(stored.notices())
        .isEqualTo(
            List.of(
                "Inputs of products are rounded as the checkpoint asks, activations as int8, a scale for each token; all else is float32."));
  }

  /// The same codes and scales under DeepSeek's names and declaration.
  @Test
  void deepSeeksGroupsAreAsLongAsTheBlocksOfWeights() throws IOException {
    ActivationGolden golden = ActivationGolden.named("fp8-block.llama");
    byte[] whole = Files.readAllBytes(golden.directory().resolve("model.safetensors"));
    int length = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    ObjectNode header = (ObjectNode) JSON.readTree(whole, 8, length);
    ObjectNode renamed = JSON.createObjectNode();
    header
        .properties()
        .forEach(
            each ->
                renamed.set(
                    each.getKey().replaceFirst("weight_scale$", "weight_scale_inv"),
                    each.getValue()));
    byte[] json = JSON.writeValueAsBytes(renamed);
    ByteBuffer file = ByteBuffer.allocate(whole.length - length + json.length);
    file.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
    file.put(whole, 8 + length, whole.length - 8 - length);
    Files.write(directory.resolve("model.safetensors"), file.array());
    ObjectNode config =
        (ObjectNode) JSON.readTree(golden.directory().resolve("config.json").toFile());
    ObjectNode declared =
        config
            .putObject("quantization_config")
            .put("quant_method", "fp8")
            .put("activation_scheme", "dynamic");
    declared.putArray("weight_block_size").add(16).add(16);
    Files.write(directory.resolve("config.json"), JSON.writeValueAsBytes(config));
    List<double[]> found = golden.losses(directory);
    List<double[]> expected = golden.losses(golden.directory());
    for (int w = 0; w < expected.size(); w++) {
      assertThat(found.get(w)).isEqualTo(expected.get(w));
    }
  }
}
