package io.github.nonplus.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Matrix;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every corner of the arithmetic against what MLC's quantizer made of it on TVM: NaN, infinities,
/// zeros, subnormals, ties, partial groups.
class QuantizerGoldenTest {
  private static JsonNode goldens() throws IOException {
    try (InputStream json =
        new GZIPInputStream(
            QuantizerGoldenTest.class.getResourceAsStream(
                "/io/github/nonplus/goldens/mlc/edge.json.gz"))) {
      return new ObjectMapper().readTree(json);
    }
  }

  private static float value(ElementType type, String rowBits, int index) {
    int digits = 2 * type.bytes();
    int bits =
        Integer.parseUnsignedInt(rowBits.substring(index * digits, (index + 1) * digits), 16);
    return type == ElementType.FLOAT16
        ? Float.float16ToFloat((short) bits)
        : Float.intBitsToFloat(bits);
  }

  private static List<String> hexRows(MemorySegment data, int bytes, int rows) {
    List<String> result = new ArrayList<>();
    long perRow = data.byteSize() / bytes / rows;
    for (int row = 0; row < rows; row++) {
      StringBuilder hex = new StringBuilder();
      for (long i = row * perRow; i < (row + 1) * perRow; i++) {
        hex.append(
            bytes == 2
                ? "%04x".formatted(data.get(ValueLayout.JAVA_SHORT_UNALIGNED, 2 * i))
                : "%08x".formatted(data.get(ValueLayout.JAVA_INT_UNALIGNED, 4 * i)));
      }
      result.add(hex.toString());
    }
    return result;
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(item -> strings.add(item.textValue()));
    return strings;
  }

  @ParameterizedTest
  @ValueSource(strings = {"q3f16_0", "q3f16_1", "q4f16_0", "q4f16_1", "q4f32_1"})
  void everyWordAndScaleEqualsMlc(String name) throws IOException {
    GroupQuantization scheme = (GroupQuantization) Quantization.named(name);
    JsonNode expected = goldens().path("schemes").path(name);
    JsonNode input = goldens().path("inputs").path(expected.path("input").textValue());
    List<String> rows = strings(input.path("hex"));
    int columns = goldens().path("K").intValue();
    ElementType type = scheme.modelType();
    Matrix matrix =
        new MatrixQuantizer(scheme, Rounding.TIES_TO_EVEN)
            .quantize(
                (row, target) -> {
                  for (int k = 0; k < columns; k++) {
                    target[k] = value(type, rows.get(row), k);
                  }
                },
                rows.size(),
                columns,
                scheme.layout(),
                Arena.ofAuto());
    List<String> words = strings(expected.path("q_weight"));
    assertThat(hexRows(matrix.planes().data().getFirst(), 4, words.size())).isEqualTo(words);
    List<String> scales = strings(expected.path("q_scale"));
    assertThat(hexRows(matrix.planes().data().getLast(), type.bytes(), scales.size()))
        .isEqualTo(scales);
  }
}
