package io.github.nonplus.weights.mlc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.model.mlc.StoredParameter;
import io.github.nonplus.quantization.Quantization;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// MLC's FP8 of whole tensors. The bytes are those of MLC's converter (`MlcConversionGoldenTest`);
/// here, what is read of them.
class TensorFloat8Test {
  private static final String E5M2 = "e5m2_e5m2_f16";
  private static final String E4M3 = "e4m3_e4m3_f16_max_calibrate";

  @TempDir Path directory;

  private MlcConversion.Result convert(LlamaParameters model, String scheme) {
    boolean tiny = model.equals(LlamaParameters.TINY);
    return MlcConversion.convert(
        tiny ? Goldens.path("tiny-hf") : LlamaParameters.NOVELLA_DIRECTORY,
        model.list(),
        model.chatConfig(),
        MlcConversion.Options.upstream(Quantization.named(scheme)),
        directory.resolve("converted"),
        (_, _, _) -> {});
  }

  /// By the bits of both types, which `CodeType` knows nothing of here.
  private static double number(int code, int mantissaBits, int bias) {
    int exponent = (code & 127) >> mantissaBits;
    double mantissa = (code & (1 << mantissaBits) - 1) / (double) (1 << mantissaBits);
    double size =
        exponent == 0
            ? mantissa * Math.pow(2, 1 - bias)
            : (1 + mantissa) * Math.pow(2, exponent - bias);
    return code < 128 ? size : -size;
  }

  @ParameterizedTest
  @CsvSource({E5M2 + ", 2, 15", E4M3 + ", 3, 7"})
  void aWeightIsTheNumberTimesTheScaleOfItsTensor(String scheme, int mantissaBits, int bias) {
    LlamaParameters model = LlamaParameters.NOVELLA;
    convert(model, scheme);
    Path converted = directory.resolve("converted");
    try (ModelWeights weights = MlcWeights.open(converted, model.list());
        Arena arena = Arena.ofShared()) {
      MappedShards shards = MappedShards.open(MlcIndex.read(converted), arena);
      int checked = 0;
      for (StoredParameter parameter : model.list()) {
        if (parameter.role() != StoredParameter.Role.LINEAR) {
          continue;
        }
        String path = parameter.name().replace(".weight", "");
        MemorySegment codes = shards.data(path + ".q_weight");
        double scale =
            scheme.equals(E5M2)
                ? 1
                : Float.intBitsToFloat(
                    shards.data(path + ".q_scale").get(ValueLayout.JAVA_SHORT_UNALIGNED, 0) << 16);
        int columns = parameter.shape().get(1);
        long at = 0;
        for (int i = 0; i < parameter.sources().size(); i++) {
          int rows = parameter.sourceRows().get(i);
          Matrix matrix = weights.matrix(parameter.sources().get(i), rows, columns);
          float[] values = new float[rows * columns];
          matrix.decode(0, rows, values, 0);
          for (float value : values) {
            int code = codes.get(ValueLayout.JAVA_BYTE, at++) & 0xFF;
            float product = (float) (number(code, mantissaBits, bias) * scale); // exact
            assertThat(value).isEqualTo(Float.float16ToFloat(Float.floatToFloat16(product)));
          }
          checked += values.length;
        }
      }
      assertThat(checked).isGreaterThan(3_000_000);
    }
  }

  /// E5M2 has no 65504, and MLC's converter does not clamp.
  @Test
  void whatBecomesInfiniteIsSaidAndNotEvaluated() {
    LlamaParameters model = LlamaParameters.TINY;
    assertThat(convert(model, E5M2).warnings())
        .contains(
            "'model.layers.0.self_attn.qkv_proj.weight' holds numbers that are infinite in"
                + " e5m2_e5m2_f16, as MLC converts them; it cannot be evaluated");
    try (ModelWeights weights = MlcWeights.open(directory.resolve("converted"), model.list())) {
      assertThatThrownBy(() -> readAll(weights, model))
          .isInstanceOf(WeightsException.class)
          .hasMessageContaining("is no finite number");
    }
    assertThat(convert(model, E4M3).warnings()).noneMatch(each -> each.contains("infinite"));
    try (ModelWeights weights = MlcWeights.open(directory.resolve("converted"), model.list())) {
      readAll(weights, model);
    }
  }

  private static void readAll(ModelWeights weights, LlamaParameters model) {
    for (StoredParameter parameter : model.list()) {
      if (parameter.shape().size() == 2) {
        for (int i = 0; i < parameter.sources().size(); i++) {
          weights.matrix(
              parameter.sources().get(i), parameter.sourceRows().get(i), parameter.shape().get(1));
        }
      }
    }
  }

  /// As `mlc_llm calibrate` leaves it: scales of activations, which are not quantized here.
  @Test
  void scalesOfActivationsMayBeThereAndOlderNamesOfTypesAreRead() throws IOException {
    LlamaParameters model = LlamaParameters.TINY;
    convert(model, E4M3);
    Path converted = directory.resolve("converted");
    Path index = converted.resolve("tensor-cache.json");
    String json = Files.readString(index).replace("float8_e4m3fn", "e4m3_float8");
    Files.writeString(index, json);
    try (ModelWeights weights = MlcWeights.open(converted, model.list())) {
      readAll(weights, model);
    }
    for (String ending : List.of("q_calibration_scale", "q_other")) {
      ObjectNode edited = (ObjectNode) new ObjectMapper().readTree(json);
      ObjectNode shard = edited.withArray("records").addObject();
      shard.put("dataPath", "params_shard_1.bin").put("format", "raw-shard").put("nbytes", 2);
      ObjectNode tensor = shard.putArray("records").addObject();
      tensor.put("name", "model.layers.0.mlp.down_proj." + ending).putArray("shape").add(1);
      tensor.put("dtype", "float32").put("format", "f32-to-bf16");
      tensor.put("nbytes", 2).put("byteOffset", 0);
      Files.writeString(index, edited.toString());
      Files.write(converted.resolve("params_shard_1.bin"), new byte[] {0, 0x40});
      if (ending.equals("q_calibration_scale")) {
        MlcWeights.open(converted, model.list()).close();
      } else {
        assertThatThrownBy(() -> MlcWeights.open(converted, model.list()))
            .hasMessageContaining("q_other' is not part of the model");
      }
    }
  }

  @Test
  void theSchemeWithScalesFromUninitialisedMemoryIsRefusedByName() {
    assertThatThrownBy(() -> Quantization.named("e4m3_e4m3_f16"))
        .isInstanceOf(RequestException.class)
        .hasMessage(
            "the quantization 'e4m3_e4m3_f16' is not read: MLC's converter writes calibration scales"
                + " from uninitialised memory; use e4m3_e4m3_f16_max_calibrate");
    assertThat(Quantization.REFUSED.keySet())
        .doesNotContainAnyElementsOf(Quantization.ALL.stream().map(Quantization::name).toList());
  }
}
