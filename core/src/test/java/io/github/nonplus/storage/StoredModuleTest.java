package io.github.nonplus.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// One matrix of a checkpoint of each kind, cut to few outputs: what its library decodes it to, and
/// what becomes of it when it is damaged. The property `nonplus.fuzz.storages` says how many
/// changes each meets.
@Timeout(600)
class StoredModuleTest {
  private static final int CHANGES = Integer.getInteger("nonplus.fuzz.storages", 60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Map<String, byte[]> FILES = files();
  private static final String WEIGHTS = "/model.safetensors";

  @TempDir Path directory;

  private static Map<String, byte[]> files() {
    Map<String, byte[]> files = new HashMap<>();
    try (InputStream in = StoredModuleTest.class.getResourceAsStream("modules.zip");
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        files.put(entry.getName(), zip.readAllBytes());
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<String> names() throws IOException {
    return List.copyOf(new TreeSet<>(index().propertyStream().map(Map.Entry::getKey).toList()));
  }

  private static ObjectNode index() throws IOException {
    return (ObjectNode) JSON.readTree(FILES.get("index.json"));
  }

  private static Storage storage(String name, Decoding decoding) throws IOException {
    ObjectNode config = (ObjectNode) JSON.readTree(FILES.get(name + "/config.json"));
    return Storages.of(new ConfigReader("config.json", config), decoding).orElseThrow();
  }

  private float[] decoded(String name, byte[] file, Storage storage) throws IOException {
    Files.write(directory.resolve("model.safetensors"), file);
    JsonNode golden = index().path(name);
    int rows = golden.path("rows").asInt();
    int columns = golden.path("columns").asInt();
    try (QuantizedWeights weights =
        new QuantizedWeights(SafetensorsCheckpoint.open(directory), storage)) {
      Matrix matrix = weights.matrix("v_proj.weight", List.of(rows, columns));
      float[] values = new float[rows * columns];
      matrix.decode(0, rows, values, 0);
      return values;
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void everyWeightHasTheBitsThatTheLibraryGivesIt(String name) throws IOException {
    float[] values = decoded(name, FILES.get(name + WEIGHTS), storage(name, Decoding.AS_LIBRARY));
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    assertThat(Sha256.of(bytes.array())).isEqualTo(index().path(name).path("sha256").asText());
  }

  /// A byte of the header or of what says something of other tensors, a digit of a shape, a length.
  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void anyChangeIsReadOrRefusedInOneSentence(String name) throws IOException {
    byte[] whole = FILES.get(name + WEIGHTS);
    int header = 8 + (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    Random random = new Random(name.hashCode());
    for (int change = 0; change < CHANGES; change++) {
      byte[] changed = whole.clone();
      int where = random.nextInt(4) > 0 ? random.nextInt(header) : random.nextInt(whole.length);
      changed[where] =
          Character.isDigit(changed[where])
              ? (byte) ('0' + random.nextInt(10))
              : (byte) random.nextInt(256);
      for (Decoding decoding : Decoding.values()) {
        try {
          assertThat(decoded(name, changed, storage(name, decoding))).isNotEmpty();
        } catch (NonplusException refused) {
          assertThat(refused.getMessage()).as("byte %d", where).isNotBlank().doesNotContain("\n");
        }
      }
    }
  }

  /// Every tensor in turn is missing, has one more dimension, or another type of the same size.
  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void aPartThatDoesNotFitIsNamed(String name) throws IOException {
    byte[] whole = FILES.get(name + WEIGHTS);
    int length = (int) ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN).getLong();
    ObjectNode header = (ObjectNode) JSON.readTree(whole, 8, length);
    List<String> parts = header.propertyStream().map(Map.Entry::getKey).toList();
    for (String part : parts) {
      ObjectNode changed = header.deepCopy();
      ((ObjectNode) changed.get(part)).putArray("shape").add(1).add(1).add(size(header.get(part)));
      if (parts.size() > 1 && !isTold(part)) {
        String file = name + ", " + part;
        assertThatThrownBy(
                () -> decoded(name, with(whole, length, changed), storage(name, Decoding.EXACT)))
            .as(file)
            .isInstanceOf(NonplusException.class)
            .hasMessageContaining("v_proj");
      }
    }
  }

  /// Parts whose shape says nothing: one number, a text, what nobody reads.
  private static boolean isTold(String part) {
    return part.matches(
            ".*\\.(axis|nbits|group_size|packing|compute_dtype|unpack_view_dtype|view_as_float|shape"
                + "|quant_scale|quant_zero|encoded_state_dict|stores_quant_config|channel_wise|optimize"
                + "|offload_meta|round_zero|weight_format|weight_shape|quant_map|absmax|nested_absmax"
                + "|nested_quant_map|bitsandbytes__(nf4|fp4)|W_q|scale|zero|weight_global_scale)")
        || part.equals("v_proj.weight");
  }

  private static long size(JsonNode tensor) {
    return tensor
        .path("shape")
        .valueStream()
        .mapToLong(JsonNode::asLong)
        .reduce(1, (a, b) -> a * b);
  }

  private static byte[] with(byte[] whole, int length, ObjectNode header) throws IOException {
    byte[] json = JSON.writeValueAsBytes(header);
    ByteBuffer file = ByteBuffer.allocate(whole.length - length + json.length);
    file.order(ByteOrder.LITTLE_ENDIAN).putLong(json.length).put(json);
    file.put(whole, 8 + length, whole.length - 8 - length);
    return file.array();
  }

  @Test
  void aSettingThatNobodyReadsIsRefusedByName() throws IOException {
    for (String name : names()) {
      ObjectNode config = (ObjectNode) JSON.readTree(FILES.get(name + "/config.json"));
      for (String key : Storages.KEYS) {
        if (config.get(key) instanceof ObjectNode declared) {
          declared.put("rotation_of_weights", 3);
        }
      }
      assertThatThrownBy(() -> Storages.of(new ConfigReader("config.json", config), Decoding.EXACT))
          .as(name)
          .hasMessageContaining("the key 'rotation_of_weights' (3) is not known here");
    }
  }
}
