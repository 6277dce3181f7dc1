package io.github.nonplus.storage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.device.cpu.vector.VectorKernels;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.model.ConfigReader;
import io.github.nonplus.weights.Matrix;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every storage against what its own library makes of the same file.
class StorageGoldenTest {
  static List<String> names() throws IOException {
    return StoredGolden.names();
  }

  static List<String> measured() throws IOException {
    return StoredLosses.measured();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("names")
  void everyMatrixHasTheBitsThatTheLibraryGivesIt(String name) throws IOException {
    StoredGolden golden = StoredGolden.named(name);
    Storage storage = storage(golden);
    try (QuantizedWeights weights =
        new QuantizedWeights(SafetensorsCheckpoint.open(golden.directory()), storage)) {
      for (Map.Entry<String, String> each : golden.digests().entrySet()) {
        float[] values =
            storage instanceof Mxfp4
                ? experts(weights, each.getKey(), golden)
                : matrix(weights, each.getKey(), golden.shape(each.getKey()));
        assertThat(sha256(values)).as(each.getKey()).isEqualTo(each.getValue());
      }
    }
  }

  private static Storage storage(StoredGolden golden) {
    ConfigReader config = new ConfigReader("config.json", (ObjectNode) golden.config());
    return Storages.of(config, Decoding.AS_LIBRARY).orElseThrow();
  }

  private static float[] matrix(QuantizedWeights weights, String module, int[] shape) {
    Matrix matrix = weights.matrix(module + ".weight", List.of(shape[0], shape[1]));
    float[] values = new float[shape[0] * shape[1]];
    matrix.decode(0, shape[0], values, 0);
    return values;
  }

  /// As the model has them: [experts, inputs, outputs].
  private static float[] experts(QuantizedWeights weights, String name, StoredGolden golden) {
    boolean down = name.endsWith("down_proj");
    int inputs = down ? golden.size("intermediate_size") : golden.size("hidden_size");
    int outputs = down ? golden.size("hidden_size") : 2 * golden.size("intermediate_size");
    int experts = golden.size("num_local_experts");
    Matrix matrix = weights.matrix(name + "_blocks", List.of(experts, outputs, inputs));
    float[] values = new float[experts * outputs * inputs];
    for (int e = 0; e < experts; e++) {
      Matrix one = matrix.slice(e * outputs, (e + 1) * outputs).transpose();
      one.decode(0, inputs, values, e * outputs * inputs);
    }
    return values;
  }

  private static String sha256(float[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Sha256.of(bytes.array());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("measured")
  void everyTokenIsThatOfFloat64(String name) throws IOException {
    StoredLosses.require(name, "cpu", Optional.of("scalar"));
    for (int bits = 128; bits <= VectorKernels.longest(); bits *= 2) {
      StoredLosses.require(name, "cpu", Optional.of("vector-" + bits));
    }
  }
}
