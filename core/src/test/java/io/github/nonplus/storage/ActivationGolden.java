package io.github.nonplus.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.files.Zips;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.perplexity.Evaluation;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipFile;

/// A tiny checkpoint whose scheme quantizes activations, with losses in float64 with quantized
/// ones, and with rows of numbers and what its library makes of them; see PROVENANCE.md.
public record ActivationGolden(String name, Path directory, JsonNode golden) {
  private static final Path FILE =
      Path.of("../core/src/test/resources/io/github/nonplus/storage/activations.zip");

  /// Columns of the rows of numbers.
  static final int COLUMNS = 64;

  /// The names of all.
  public static List<String> names() throws IOException {
    try (ZipFile zip = new ZipFile(FILE.toFile())) {
      return zip.stream().map(each -> each.getName().split("/")[0]).distinct().toList();
    }
  }

  static synchronized ActivationGolden named(String name) throws IOException {
    Path directory = Zips.unpack(FILE, Path.of("target", "activations")).resolve(name);
    JsonNode golden = new ObjectMapper().readTree(directory.resolve("golden.json").toFile());
    return new ActivationGolden(name, directory, golden);
  }

  /// Numbers of the rows, before (`x`) or after (`y`).
  float[] rows(String which) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(golden.path("codes").path(which).binaryValue());
    float[] rows = new float[bytes.capacity() / Float.BYTES];
    bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(rows);
    return rows;
  }

  /// What is stored beside them.
  float[] stored() {
    List<Float> stored = new ArrayList<>();
    for (String each : List.of("scale", "zero", "units")) {
      if (golden.path("codes").has(each)) {
        stored.add(golden.path("codes").path(each).floatValue());
      }
    }
    float[] numbers = new float[stored.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = stored.get(i);
    }
    return numbers;
  }

  private int[][] windows() {
    return golden
        .path("windows")
        .valueStream()
        .map(window -> window.path("ids").valueStream().mapToInt(JsonNode::asInt).toArray())
        .toArray(int[][]::new);
  }

  /// Holds every token's loss to that of float64.
  ///
  /// @param kernels of the device; empty for its own choice
  public static void require(String name, String device, Optional<String> kernels)
      throws IOException {
    ActivationGolden golden = named(name);
    double tolerance = 3 * golden.golden().path("float32_max_abs_difference").asDouble();
    List<double[]> found = losses(golden.directory(), golden.windows(), device, kernels);
    for (int w = 0; w < found.size(); w++) {
      JsonNode expected = golden.golden().path("windows").path(w).path("nll");
      assertThat(found.get(w)).hasSize(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        assertThat(found.get(w)[i])
            .as("%s, window %d, token %d", kernels.orElse(device), w, i + 1)
            .isCloseTo(expected.path(i).asDouble(), within(tolerance));
      }
    }
  }

  /// The losses of a directory of the same model.
  List<double[]> losses(Path other) {
    return losses(other, windows(), "cpu", Optional.empty());
  }

  private static List<double[]> losses(
      Path directory, int[][] windows, String device, Optional<String> kernels) {
    HuggingFaceDirectory model = HuggingFaceDirectory.read(directory).with(Activations.AS_STORED);
    ModelLibrary library =
        Compiler.compile(
            model.model(), model.quantization(), device, CompileOptions.SCORING, (_, _, _) -> {});
    Evaluation evaluation = Evaluation.ofTokens(Windows.of(windows), 600);
    List<double[]> losses = new ArrayList<>();
    try (Device opened = Devices.open(device, new DeviceOptions(2, kernels));
        ModelWeights weights = model.openWeights();
        Executable executable =
            opened.load(
                library.score("test"), library.code(), weights, evaluation.largestBatch())) {
      evaluation.run(executable, window -> losses.add(window.tokenNll()));
    }
    return losses;
  }
}
