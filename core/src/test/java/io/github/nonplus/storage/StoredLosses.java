package io.github.nonplus.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
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

/// What a device makes of checkpoints that are quantized already, token by token.
public final class StoredLosses {
  private StoredLosses() {}

  /// Of all families that there are.
  public static List<String> measured() throws IOException {
    Set<String> types = new TreeSet<>();
    Families.ALL.forEach(family -> types.addAll(family.names()));
    return StoredGolden.measured(types);
  }

  /// Holds every token's loss to that of float64, however weights are decoded.
  ///
  /// @param kernels of the device; empty for its own choice
  public static void require(String name, String device, Optional<String> kernels)
      throws IOException {
    StoredGolden golden = StoredGolden.named(name);
    for (Decoding decoding : Decoding.values()) {
      if (golden.hasLossesOf(decoding)) {
        List<double[]> found = of(golden, decoding, device, kernels);
        assertThat(found).hasSameSizeAs(golden.windows());
        for (int w = 0; w < found.size(); w++) {
          for (int i = 0; i < found.get(w).length; i++) {
            assertThat(found.get(w)[i])
                .as("%s, %s, window %d, token %d", kernels.orElse(device), decoding, w, i + 1)
                .isCloseTo(golden.nll(w, i, decoding), within(golden.tolerance()));
          }
        }
      }
    }
  }

  private static List<double[]> of(
      StoredGolden golden, Decoding decoding, String device, Optional<String> kernels) {
    HuggingFaceDirectory model = HuggingFaceDirectory.read(golden.directory(), decoding);
    ModelLibrary library =
        Compiler.compile(
            model.model(), model.quantization(), device, CompileOptions.SCORING, (_, _, _) -> {});
    Evaluation evaluation = Evaluation.ofTokens(Windows.of(golden.windows()), 600);
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
