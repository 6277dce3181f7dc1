package io.github.nonplus.device.cpu;

import io.github.nonplus.device.Batch;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Effort;
import io.github.nonplus.device.cpu.vector.Peak;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.perplexity.ScoringModel;
import io.github.nonplus.program.Place;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// Times each operation of a model on the processors, in place: whole batches run as they do in an
/// evaluation, with a clock around every operation, and between them the peak is measured. Of each
/// operation the fastest run counts, and of the peak too, because other programs can only make them
/// slower.
public final class CpuOperations {
  /// Measurements of the peak for each batch.
  private static final int PEAKS = 10;

  private CpuOperations() {}

  /// All layers of an operation.
  private static final class Line {
    int times;
    double first;
    double seconds;
    double effort;
  }

  /// Arguments: `--model DIR`, and optionally `--window IDS`, `--tokens IDS` of a batch, `--batches
  /// N`, `--threads N`, `--kernels NAME`.
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    Map<String, String> options =
        new LinkedHashMap<>(Map.of("window", "256", "tokens", "2048", "batches", "8"));
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i].replaceFirst("^--", ""), arguments[i + 1]);
    }
    if (!options.containsKey("model")) {
      System.err.println("cpu-operations: give --model DIR, and --window, --tokens, --batches");
      return;
    }
    try {
      run(options);
    } catch (NonplusException e) {
      System.err.println("cpu-operations: " + e.getMessage());
    }
  }

  private static void run(Map<String, String> options) {
    ScoringModel model =
        ScoringModel.open(Path.of(options.get("model")), Optional.empty(), "cpu", _ -> {});
    int tokens = Integer.parseInt(options.get("tokens"));
    int threads =
        options.containsKey("threads")
            ? Integer.parseInt(options.get("threads"))
            : DeviceOptions.defaults().threads();
    Kernels kernels = KernelChoice.of(Optional.ofNullable(options.get("kernels")));
    try (Workers workers = new Workers(threads);
        ModelWeights weights = model.directory().openWeights();
        CpuExecutable executable =
            new CpuExecutable(model.score(), weights, tokens, kernels, workers)) {
      Batch batch = batch(executable.vocabulary(), Integer.parseInt(options.get("window")), tokens);
      List<Operation> operations = model.score().program().operations();
      double[] first = null;
      double[] fastest = new double[operations.size()];
      Arrays.fill(fastest, Double.POSITIVE_INFINITY);
      double peak = 0;
      List<Double> wholes = new ArrayList<>();
      for (int run = 0; run < Integer.parseInt(options.get("batches")); run++) {
        for (int i = 0; i < PEAKS; i++) {
          peak = Math.max(peak, Peak.operations(workers));
        }
        double[] seconds = executable.seconds(batch);
        wholes.add(Arrays.stream(seconds).sum());
        first = first == null ? seconds : first;
        Arrays.setAll(fastest, i -> Math.min(fastest[i], seconds[i]));
      }
      System.out.println(
          "%s, %d threads; kernels %s; %d tokens in windows of %s"
              .formatted(
                  model.directory().path(),
                  threads,
                  kernels.name(),
                  tokens,
                  options.get("window")));
      System.out.println("peak: %.1f GFLOP/s".formatted(peak / 1e9));
      print(operations, batch, first, fastest, peak);
      System.out.println(
          "whole batches, in order: %s s"
              .formatted(wholes.stream().map("%.2f"::formatted).toList()));
    }
  }

  private static Batch batch(int vocabulary, int window, int tokens) {
    List<int[]> windows = new ArrayList<>();
    for (int at = 0; at + window <= tokens; at += window) {
      windows.add(new Random(at).ints(window, 0, vocabulary).toArray());
    }
    return Batch.scoring(windows);
  }

  private static void print(
      List<Operation> operations, Batch batch, double[] first, double[] seconds, double peak) {
    Map<String, Line> lines = new LinkedHashMap<>();
    Line all = new Line();
    for (int i = 0; i < seconds.length; i++) {
      double effort = Effort.of(operations.get(i), batch, false).operations();
      String name = Place.of(operations.get(i)).operation();
      for (Line line : List.of(lines.computeIfAbsent(name, _ -> new Line()), all)) {
        line.times++;
        line.first += first[i];
        line.seconds += seconds[i];
        line.effort += effort;
      }
    }
    lines.put("all", all);
    System.out.println();
    System.out.println("| operation | times | first, ms | ms | GFLOP/s | share of the peak |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    lines.forEach(
        (name, line) -> {
          double speed = line.effort / line.seconds;
          System.out.println(
              "| %s | %d | %.1f | %.1f | %s |"
                  .formatted(
                      name,
                      line.times,
                      1e3 * line.first,
                      1e3 * line.seconds,
                      line.effort == 0
                          ? "| "
                          : "%.1f | %.0f %%".formatted(speed / 1e9, 100 * speed / peak)));
        });
    System.out.println("%.0f tokens/s".formatted(batch.tokens() / all.seconds));
  }
}
