package io.github.nonplus.perplexity;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.model.interpretation.Wanted;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// An evaluation whose scores are kept.
record TestRun(Result result, List<WindowScore> scores) {
  /// On the CPU, compiled in memory, everything by default.
  static TestRun of(Path model, Path windows) {
    return of(model, windows, OptionalInt.empty(), DeviceOptions.defaults());
  }

  /// The same of the published model, whatever a container takes its weights for.
  static TestRun ofPublished(Path model, Path windows) {
    return of(model, windows, "source");
  }

  static TestRun of(Path model, Path windows, String as) {
    DeviceOptions options = DeviceOptions.defaults();
    return of(request(model, windows, OptionalInt.empty(), options).with(Wanted.named(as)));
  }

  static TestRun of(Path model, Path windows, OptionalInt batch, DeviceOptions options) {
    return of(request(model, windows, batch, options));
  }

  private static Request request(
      Path model, Path windows, OptionalInt batch, DeviceOptions options) {
    return new Request(
        model, Optional.empty(), "cpu", options, windows, batch, OptionalInt.empty());
  }

  private static TestRun of(Request request) {
    List<WindowScore> scores = new ArrayList<>();
    Result result =
        PerplexityRun.of(
            request,
            new PerplexityRun.Listener() {
              @Override
              public void note(String sentence) {}

              @Override
              public void window(WindowScore score, Tally tally, int total) {
                scores.add(score);
              }
            });
    return new TestRun(result, scores);
  }

  /// The mean of each window.
  double[] means() {
    return scores.stream().mapToDouble(WindowScore::mean).toArray();
  }

  /// Every token of every window.
  double[][] tokens() {
    return scores.stream().map(WindowScore::tokenNll).toArray(double[][]::new);
  }
}
