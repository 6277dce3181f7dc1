package io.github.nonplus.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.opencl.OpenClRequired;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.model.family.Families;
import io.github.nonplus.perplexity.Evaluation;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Whole models whose weights are quantized already, on OpenCL.
class OpenClStorageTest implements OpenClRequired {
  static List<String> measured() throws IOException {
    Set<String> types = new TreeSet<>();
    Families.ALL.forEach(family -> types.addAll(family.names()));
    return StoredGolden.measured(types);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("measured")
  void everyTokenIsThatOfFloat64(String name) throws IOException {
    StoredGolden golden = StoredGolden.named(name);
    for (Decoding decoding : Decoding.values()) {
      if (golden.hasLossesOf(decoding)) {
        List<double[]> found = losses(golden, decoding);
        for (int w = 0; w < found.size(); w++) {
          for (int i = 0; i < found.get(w).length; i++) {
            assertThat(found.get(w)[i])
                .as("%s, window %d, token %d", decoding, w, i + 1)
                .isCloseTo(golden.nll(w, i, decoding), within(golden.tolerance()));
          }
        }
      }
    }
  }

  /// The kernels that compute in float32 throughout, if the device's own do not.
  private static Optional<String> roundingNothing() {
    try (Device own = Devices.open("opencl", new DeviceOptions(2, Optional.empty()))) {
      return own.kernels().startsWith("portable") ? Optional.empty() : Optional.of("portable-gpu");
    }
  }

  private static List<double[]> losses(StoredGolden golden, Decoding decoding) {
    HuggingFaceDirectory model = HuggingFaceDirectory.read(golden.directory(), decoding);
    ModelLibrary library =
        Compiler.compile(
            model.model(), model.quantization(), "opencl", CompileOptions.SCORING, (_, _, _) -> {});
    Evaluation evaluation = Evaluation.ofTokens(Windows.of(golden.windows()), 600);
    List<double[]> losses = new ArrayList<>();
    try (Device device = Devices.open("opencl", new DeviceOptions(2, roundingNothing()));
        ModelWeights weights = model.openWeights();
        Executable executable =
            device.load(
                library.score("test"), library.code(), weights, evaluation.largestBatch())) {
      evaluation.run(executable, window -> losses.add(window.tokenNll()));
    }
    return losses;
  }
}
