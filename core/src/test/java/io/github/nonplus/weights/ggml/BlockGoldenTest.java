package io.github.nonplus.weights.ggml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Matrix;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every type against what ggml itself makes of the same blocks, bit for bit.
class BlockGoldenTest {
  private static final Map<String, byte[]> FILES = files();

  /// A type of the goldens.
  record Golden(String name, Format format, int block, List<String> labels, byte[] data) {
    Matrix row() {
      long weights = data.length / format.planeBytes(1, block).getFirst() * block;
      return Matrix.of(format, 1, (int) weights, List.of(MemorySegment.ofArray(data)));
    }

    float[] values() {
      float[] values = new float[row().columns()];
      ByteBuffer.wrap(FILES.get(name + ".f32.bin"))
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
      return values;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Map<String, byte[]> files() {
    Map<String, byte[]> files = new HashMap<>();
    try (InputStream in = BlockGoldenTest.class.getResourceAsStream("blocks.zip");
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
      return files;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Stream<Golden> goldens() throws IOException {
    JsonNode index = new ObjectMapper().readTree(FILES.get("index.json"));
    return index.properties().stream()
        .map(
            each -> {
              JsonNode type = each.getValue();
              List<String> labels =
                  type.path("labels").valueStream().map(JsonNode::textValue).toList();
              return new Golden(
                  each.getKey(),
                  GgmlTypes.format(type.path("type").intValue()).orElseThrow(),
                  type.path("block").intValue(),
                  labels,
                  FILES.get(each.getKey() + ".bin"));
            });
  }

  @Test
  void everyTypeHasGoldens() throws IOException {
    var names = new TreeSet<String>();
    goldens().map(golden -> golden.format().name()).forEach(names::add);
    names.add("float32");
    var known = new TreeSet<String>();
    GgmlTypes.all().values().forEach(format -> known.add(format.name()));
    assertThat(names).isEqualTo(known);
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void everyWeightHasTheBitsThatGgmlGivesIt(Golden golden) {
    Matrix row = golden.row();
    float[] expected = golden.values();
    float[] found = new float[expected.length];
    row.decode(0, 1, found, 0);
    for (int i = 0; i < expected.length; i++) {
      String label = golden.labels().get(Math.min(golden.labels().size() - 1, i / golden.block()));
      // The bits of a NaN are no part of its meaning.
      assertThat(bits(found[i])).as("weight %d, %s", i, label).isEqualTo(bits(expected[i]));
    }
  }

  private static String bits(float value) {
    return "%08x".formatted(Float.floatToIntBits(value));
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void anyStretchOfARowIsDecodedAlike(Golden golden) {
    Matrix row = golden.row();
    float[] all = new float[row.columns()];
    row.decode(0, 1, all, 0);
    int block = golden.block();
    for (int[] stretch :
        new int[][] {{0, 1}, {1, 2 * block}, {block, block}, {block / 2, 3 * block}, {7, 0}}) {
      float[] part = new float[stretch[1]];
      row.decode(0, 1, stretch[0], stretch[1], part, 0, 0);
      assertThat(part)
          .as("%d from %d on", stretch[1], stretch[0])
          .isEqualTo(Arrays.copyOfRange(all, stretch[0], stretch[0] + stretch[1]));
    }
  }

  @ParameterizedTest
  @MethodSource("goldens")
  void aValueThatIsNotFiniteIsFound(Golden golden) {
    int first = -1;
    float[] values = golden.values();
    for (int i = 0; i < values.length && first < 0; i++) {
      first = Float.isFinite(values[i]) ? -1 : i;
    }
    assertThat(golden.row().firstNonFinite()).isEqualTo(first);
  }

  @Test
  void rowsThatAreNoWholeBlocksAreNoMatrix() {
    assertThatThrownBy(() -> new Q4K().planeBytes(3, 300))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("300", "256");
    assertThatThrownBy(
            () -> Matrix.of(new Q80(), 2, 32, List.of(MemorySegment.ofArray(new byte[67]))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("67", "68");
  }
}
