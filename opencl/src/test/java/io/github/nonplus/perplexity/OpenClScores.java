package io.github.nonplus.perplexity;

import io.github.nonplus.checkpoint.GgufFile;
import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.weights.ModelWeights;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a device makes of the windows of a model, token by token.
final class OpenClScores {
  private OpenClScores() {}

  /// The kernels that compute in float32 throughout, if the device's own do not.
  static Optional<String> roundingNothing() {
    try (Device own = Devices.open("opencl", new DeviceOptions(2, Optional.empty()))) {
      return own.kernels().startsWith("portable") ? Optional.empty() : Optional.of("portable-gpu");
    }
  }

  static List<double[]> scores(String device, ModelDirectory model, Windows windows, int tokens) {
    return scores(device, Optional.empty(), model, windows, tokens);
  }

  static List<double[]> scores(
      String device, Optional<String> kernels, ModelDirectory model, Windows windows, int tokens) {
    ModelLibrary library = compiled(device, model);
    Evaluation evaluation = Evaluation.ofTokens(windows, tokens);
    List<double[]> scores = new ArrayList<>();
    try (Device open = Devices.open(device, new DeviceOptions(2, kernels));
        ModelWeights weights = model.openWeights();
        Executable executable =
            open.load(library.score("test"), library.code(), weights, evaluation.largestBatch())) {
      evaluation.run(executable, window -> scores.add(window.tokenNll()));
    }
    return scores;
  }

  /// With the kernels that follow from the scheme, before there are weights.
  private static ModelLibrary compiled(String device, ModelDirectory model) {
    boolean isSource = model.quantization().equals(ModelLibrary.SOURCE_PRECISION);
    return isSource && !(model instanceof GgufFile)
        ? Compiler.compile(
            model.model(), model.quantization(), device, CompileOptions.SCORING, (_, _, _) -> {})
        : Compiler.compile(
            model.model(),
            model.quantization(),
            model.forms(),
            device,
            Optional.empty(),
            CompileOptions.SCORING,
            Devices::code,
            (_, _, _) -> {});
  }
}
