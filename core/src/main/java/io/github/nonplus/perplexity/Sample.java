package io.github.nonplus.perplexity;

import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.device.Computation;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.library.Function;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// Some windows of a file, each scored by itself: to the bit what a run over all of them gives.
///
/// @param device that scored them, with its kernels
/// @param allowed by how much, in nats, a token's loss may differ on another device
public record Sample(String device, List<WindowScore> scores, double allowed) {
  public Sample {
    scores = List.copyOf(scores);
  }

  /// Scores the windows.
  ///
  /// @param wanted which of the model's interpretations
  /// @param windows their indices, from 0
  /// @param arithmetic of the device whose results they are held against, if known
  /// @param note is told what the user should know, as sentences
  public static Sample of(
      Path model,
      Wanted wanted,
      Optional<Path> library,
      String deviceName,
      DeviceOptions options,
      WindowsFile file,
      int[] windows,
      Optional<Arithmetic> arithmetic,
      Consumer<String> note) {
    try (Device device = Devices.open(deviceName, options)) {
      int longest = Arrays.stream(windows).map(file.windows()::fed).max().orElseThrow();
      OptionalInt context = // whatever the model's own is: the run had windows of this length
          library.isEmpty() ? OptionalInt.of(file.windows().longest()) : OptionalInt.empty();
      ScoringModel scoring = ScoringModel.open(model, wanted, library, context, deviceName, note);
      scoring.requireScorable(file);
      Function score = scoring.score();
      Computation computation = device.computation(score.program(), scoring.library().code());
      List<WindowScore> scores = new ArrayList<>();
      try (ModelWeights weights = scoring.directory().openWeights();
          Executable executable = device.load(score, scoring.library().code(), weights, longest)) {
        Evaluation evaluation = Evaluation.ofWindows(file.windows(), 1);
        for (int window : windows) {
          evaluation.run(executable, window, window + 1, scores::addAll);
        }
      }
      double allowed =
          Math.max(
              scoring.allowed(computation.arithmetic(), longest),
              scoring.allowed(arithmetic.orElse(computation.arithmetic()), longest));
      return new Sample(
          "%s, kernels %s".formatted(device.name(), computation.kernels()), scores, allowed);
    }
  }
}
