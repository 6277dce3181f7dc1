package io.github.nonplus.reference.bitsandbytes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.files.Digest;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.reference.checkpoint.StoredTensor;
import io.github.nonplus.reference.checkpoint.WeightFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Every byte against bitsandbytes' own; see PROVENANCE.md beside the digests.
class GoldenTest {
  private static final Path MODEL = Path.of("../examples/novella-6m");

  private static final List<String> OF_A_LAYER =
      List.of(
          "self_attn.q_proj",
          "self_attn.k_proj",
          "self_attn.v_proj",
          "self_attn.o_proj",
          "mlp.gate_proj",
          "mlp.up_proj",
          "mlp.down_proj");

  @ParameterizedTest
  @CsvSource({"fp4, FP4, false", "nf4, NF4, false", "nf4-double, NF4, true"})
  void everyMatrixOfTheModelIsThatOfBitsandbytes(String name, CodeTable table, boolean twice)
      throws IOException {
    JsonNode golden = golden().get(name);
    Digest packed = Digest.sha256();
    Digest maxima = Digest.sha256();
    Digest weights = Digest.sha256();
    try (WeightFiles files = WeightFiles.open(MODEL)) {
      for (String layer : layers()) {
        FourBitMatrix matrix = quantized(files, layer, table, twice);
        packed.add(matrix.packed());
        maxima.add(storedMaxima(matrix));
        weights.add(bytes(dequantized(matrix)));
        if (golden.get("layers").has(layer)) {
          compare(golden.get("layers").get(layer), matrix);
        }
      }
    }
    assertThat(packed.hex()).isEqualTo(golden.get("all_packed").asText());
    assertThat(maxima.hex()).isEqualTo(golden.get("all_absmax").asText());
    assertThat(weights.hex()).isEqualTo(golden.get("all_weights").asText());
  }

  private static void compare(JsonNode golden, FourBitMatrix matrix) {
    assertThat(Sha256.of(matrix.packed())).isEqualTo(golden.get("packed").asText());
    assertThat(Sha256.of(storedMaxima(matrix))).isEqualTo(golden.get("absmax").asText());
    assertThat(Sha256.of(bytes(dequantized(matrix)))).isEqualTo(golden.get("weights").asText());
    assertThat(matrix.quantizedMaxima().isPresent()).isEqualTo(golden.has("offset"));
    matrix
        .quantizedMaxima()
        .ifPresent(
            quantized -> {
              assertThat("%08x".formatted(Float.floatToRawIntBits(quantized.offset())))
                  .isEqualTo(golden.get("offset").asText());
              assertThat(Sha256.of(bytes(quantized.maxima())))
                  .isEqualTo(golden.get("absmax2").asText());
              assertThat(Sha256.of(bytes(matrix.scales())))
                  .isEqualTo(golden.get("scales").asText());
            });
  }

  @Test
  void theMapOfEightBitsIsThatOfBitsandbytes() throws IOException {
    float[] map = new float[256];
    for (int code = 0; code < map.length; code++) {
      map[code] = DynamicMap.value((byte) code);
    }
    assertThat(Sha256.of(bytes(map))).isEqualTo(golden().get("dynamic_map_sha256").asText());
  }

  private static List<String> layers() {
    List<String> names = new ArrayList<>();
    for (int layer = 0; layer < 6; layer++) {
      for (String name : OF_A_LAYER) {
        names.add("model.layers.%d.%s".formatted(layer, name));
      }
    }
    return names;
  }

  private static FourBitMatrix quantized(
      WeightFiles files, String layer, CodeTable table, boolean twice) {
    String name = layer + ".weight";
    long hidden = 256;
    long inner = 704;
    long[] shape =
        name.contains("down_proj")
            ? new long[] {hidden, inner}
            : name.contains("mlp")
                ? new long[] {inner, hidden}
                : name.matches(".*[kv]_proj.*")
                    ? new long[] {128, hidden}
                    : new long[] {hidden, hidden};
    StoredTensor tensor = files.tensor(name, shape);
    return FourBitMatrix.quantize(table, (int) tensor.elements(), tensor::copy, twice);
  }

  private static float[] dequantized(FourBitMatrix matrix) {
    float[] values = new float[matrix.elements()];
    matrix.dequantize(matrix.scales(), 0, values.length, values);
    return values;
  }

  private static byte[] storedMaxima(FourBitMatrix matrix) {
    return matrix.quantizedMaxima().map(QuantizedMaxima::codes).orElse(bytes(matrix.maxima()));
  }

  private static byte[] bytes(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return bytes.array();
  }

  private static JsonNode golden() throws IOException {
    try (InputStream in = GoldenTest.class.getResourceAsStream("novella-6m.json")) {
      return new ObjectMapper().readTree(in);
    }
  }
}
