package io.github.nonplus.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.files.Digest;
import io.github.nonplus.model.mlc.MlcForms;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.model.mlc.StoredParameter.Role;
import io.github.nonplus.perplexity.DecodedWeights;
import io.github.nonplus.quantization.DType;
import io.github.nonplus.quantization.Encoding;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.StoredWeights;
import io.github.nonplus.weights.mlc.MlcWeights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Directories with codes that MLC's converter took over from another tool: AWQ's, and FP8 in
/// blocks.
class MlcTakenOverTest {
  @TempDir Path directory;

  static List<MlcDirectoryGolden> goldens() throws IOException {
    return MlcDirectoryGolden.all();
  }

  static List<MlcDirectoryGolden> inBlocks() throws IOException {
    return goldens().stream().filter(golden -> golden.name().endsWith("fp8")).toList();
  }

  /// What MLC's own expression makes of the words, matrix by matrix.
  @Test
  void awqsMatricesAreThoseOfMlc() throws IOException {
    MlcDirectoryGolden golden = MlcDirectoryGolden.named("llama-awq");
    JsonNode matrices = golden.json("dequantized.json").path("matrices");
    int checked = 0;
    List<StoredParameter> parameters = parameters(golden.path());
    try (StoredWeights weights = MlcWeights.open(golden.path(), parameters)) {
      for (StoredParameter parameter : parameters) {
        JsonNode expected = matrices.path(parameter.name().replace(".weight", ""));
        if (!expected.isMissingNode()) {
          float[] values = values(weights, parameter);
          ByteBuffer halves = ByteBuffer.allocate(2 * values.length).order(ByteOrder.LITTLE_ENDIAN);
          for (float value : values) {
            short half = Float.floatToFloat16(value);
            assertThat(value).isEqualTo(Float.float16ToFloat(half)); // rounded, as there
            halves.putShort(half);
          }
          assertThat(Digest.sha256().add(halves.array()).hex())
              .as(parameter.name())
              .isEqualTo(expected.path("sha256").asText());
          checked++;
        }
      }
    }
    assertThat(checked).isEqualTo(matrices.size()).isEqualTo(4);
  }

  /// By the bytes that the index says, and the bits of E4M3.
  @ParameterizedTest
  @MethodSource("inBlocks")
  void aWeightIsACodeTimesTheScaleOfItsBlock(MlcDirectoryGolden golden) throws IOException {
    ByteBuffer shard =
        ByteBuffer.wrap(Files.readAllBytes(golden.path().resolve("params_shard_0.bin")))
            .order(ByteOrder.LITTLE_ENDIAN);
    Map<String, Integer> offsets = new HashMap<>();
    for (JsonNode tensor : golden.json("tensor-cache.json").at("/records/0/records")) {
      offsets.put(tensor.path("name").asText(), tensor.path("byteOffset").asInt());
    }
    int block = golden.json("mlc-chat-config.json").at("/model_config/weight_block_size/0").asInt();
    int checked = 0;
    List<StoredParameter> parameters = parameters(golden.path());
    try (StoredWeights weights = MlcWeights.open(golden.path(), parameters)) {
      for (StoredParameter parameter : parameters) {
        if (parameter.role() != Role.LINEAR && parameter.role() != Role.EXPERTS) {
          continue;
        }
        float[] values = values(weights, parameter);
        int columns = parameter.columns();
        int outputs = parameter.shape().get(parameter.shape().size() - 2);
        int across = Math.ceilDiv(columns, block);
        int codes = offsets.get(parameter.name());
        int scales = offsets.get(parameter.name() + "_scale_inv");
        for (int i = 0; i < values.length; i++) {
          int row = i / columns;
          int ofOne = row / outputs * Math.ceilDiv(outputs, block); // scales of experts before
          int scale = (ofOne + row % outputs / block) * across + i % columns / block;
          float factor = Float.intBitsToFloat(shard.getShort(scales + 2 * scale) << 16);
          assertThat(values[i])
              .as("%s, %d", parameter.name(), i)
              .isEqualTo((float) (e4m3(shard.get(codes + i) & 0xFF) * factor));
        }
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(6);
  }

  private static double e4m3(int code) {
    int exponent = code >> 3 & 15;
    double mantissa = (code & 7) / 8.0;
    double size =
        exponent == 0 ? mantissa * Math.pow(2, -6) : (1 + mantissa) * Math.pow(2, exponent - 7);
    return code < 128 ? size : -size;
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void evaluationIsThatOfTheDecodedWeights(MlcDirectoryGolden golden) {
    List<double[]> expected = golden.losses("cpu", Optional.empty(), DecodedWeights::new);
    List<double[]> found = golden.losses("cpu", Optional.empty(), weights -> weights);
    assertThat(found).hasSize(3);
    for (int w = 0; w < found.size(); w++) {
      assertThat(found.get(w)).isEqualTo(expected.get(w));
      assertThat(DoubleStream.of(found.get(w))).allMatch(loss -> loss > 0 && loss < 99);
    }
  }

  @ParameterizedTest
  @MethodSource("inBlocks")
  void whatIsNotDoneWithActivationsIsSaid(MlcDirectoryGolden golden) {
    ModelDirectory model = ModelDirectory.open(golden.path());
    assertThat(model.quantization()).isEqualTo("fp8_e4m3fn_bf16_block_scale, activations float32");
    assertThat(model.notices())
        .anyMatch(notice -> notice.contains("activations as float8, scaled for each"));
  }

  /// MLC's own blocks are square; a scale is found by its output and its input all the same.
  @Test
  void blocksHaveOutputsAndInputs() {
    Encoding encoding =
        Quantization.named("fp8_e4m3fn_bf16_block_scale").inBlocks(16, 64).linear().orElseThrow();
    assertThat(encoding.parts("a.weight", List.of(5, 40, 100)).getLast())
        .isEqualTo(new Encoding.Part("a.weight_scale_inv", DType.FLOAT32, List.of(5L, 3L, 2L)));
    assertThat(encoding.format(ElementType.BFLOAT16).planeBytes(40, 100))
        .containsExactly(4000L, 2 * 3 * 2L);
    assertThat(encoding.outputsTogether()).isEqualTo(16);
  }

  /// Nothing is taken for other blocks than those that the configuration says.
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[32]       | expected outputs and inputs",
        "[0, 32]    | expected outputs and inputs",
        "[32, 1e9]  | expected outputs and inputs",
        "\"32x32\"  | expected outputs and inputs",
        "[16, 32]   | weight_scale_inv",
        "[32, 64]   | weight_scale_inv",
        "[48, 32]   | cannot be told apart",
        "null       | cannot be told apart",
      })
  void blocksOfAnotherSizeAreRefused(String block, String words) throws IOException {
    Path copy = copy(MlcDirectoryGolden.named("qwen3-moe-fp8"));
    Path config = copy.resolve("mlc-chat-config.json");
    ObjectMapper json = new ObjectMapper();
    ObjectNode chat = (ObjectNode) json.readTree(config.toFile());
    ((ObjectNode) chat.path("model_config")).set("weight_block_size", json.readTree(block));
    Files.writeString(config, chat.toString());
    assertThatThrownBy(() -> ModelDirectory.open(copy).openWeights())
        .isInstanceOf(NonplusException.class)
        .hasMessageContaining(words);
  }

  @ParameterizedTest
  @CsvSource({"q4f16_autoawq", "fp8_e4m3fn_bf16_block_scale"})
  void codesOfOtherToolsAreNotComputed(String scheme) {
    assertThatThrownBy(() -> Quantization.named(scheme).requireComputed())
        .isInstanceOf(RequestException.class)
        .hasMessageStartingWith(
            scheme
                + " holds codes that another tool computes, and is only read; convert to one of");
    assertThat(Quantization.computed()).contains("q4f16_1").doesNotContain(scheme);
  }

  private Path copy(MlcDirectoryGolden golden) throws IOException {
    for (String file : List.of("mlc-chat-config.json", "params_shard_0.bin", "tensor-cache.json")) {
      Files.copy(golden.path().resolve(file), directory.resolve(file));
    }
    return directory;
  }

  private static List<StoredParameter> parameters(Path path) {
    ModelDirectory model = ModelDirectory.open(path);
    return MlcForms.named(model.model().modelType(), "").storedParameters(model.model());
  }

  /// A whole parameter, by way of the tensors of the checkpoint that it holds.
  private static float[] values(StoredWeights weights, StoredParameter parameter) {
    float[] values = new float[parameter.rows() * parameter.columns()];
    int at = 0;
    List<String> done = new ArrayList<>();
    for (int i = 0; i < parameter.sources().size(); i++) {
      int rows = parameter.sourceRows().get(i);
      Matrix matrix = weights.matrix(parameter.sources().get(i), rows, parameter.columns());
      matrix.decode(0, rows, values, at);
      at += rows * parameter.columns();
      done.add(parameter.sources().get(i));
    }
    assertThat(done).doesNotHaveDuplicates();
    return values;
  }
}
