package io.github.nonplus.device.opencl;

import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.Computation;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Effort;
import io.github.nonplus.device.Executable;
import io.github.nonplus.device.opencl.binding.ComputeDevice;
import io.github.nonplus.device.opencl.binding.OpenClLoader;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.perplexity.ScoringModel;
import io.github.nonplus.program.Place;
import io.github.nonplus.program.Program;
import io.github.nonplus.program.op.Operation;
import io.github.nonplus.verification.Tolerance;
import io.github.nonplus.verification.Verification;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;

/// Times each operation of a model on an OpenCL device, after a window of it has been held against
/// the scalar definition, and prints its share of what the device was measured to be capable of.
public final class OpenClKernels {
  private static final int CHECKED = 48;
  private static final int REPETITIONS = 5;

  private OpenClKernels() {}

  /// Launches that have one name: all layers of an operation.
  private static final class Line {
    int launches;
    double seconds;
    double operations;
    double bytes;
  }

  /// Arguments: `--model DIR`, and optionally `--device NAME`, `--kernels NAME`, `--window IDS`,
  /// `--tokens IDS` of a batch.
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    try {
      run(options(arguments));
    } catch (NonplusException e) {
      System.err.println("opencl-kernels: " + e.getMessage());
    }
  }

  private static Map<String, String> options(String[] arguments) {
    Map<String, String> options =
        new LinkedHashMap<>(Map.of("device", "opencl", "window", "256", "tokens", "2048"));
    for (int i = 0; i + 1 < arguments.length; i += 2) {
      options.put(arguments[i].replaceFirst("^--", ""), arguments[i + 1]);
    }
    if (!options.containsKey("model")) {
      throw new io.github.nonplus.failure.ModelException(
          "give --model DIR, and if you like --device, --kernels, --window, --tokens");
    }
    return options;
  }

  private static void run(Map<String, String> options) {
    ScoringModel model =
        ScoringModel.open(
            Path.of(options.get("model")), Optional.empty(), options.get("device"), _ -> {});
    Program program = model.score().program();
    int window = Integer.parseInt(options.get("window"));
    int tokens = Integer.parseInt(options.get("tokens"));
    DeviceOptions chosen =
        new DeviceOptions(
            Runtime.getRuntime().availableProcessors(),
            Optional.ofNullable(options.get("kernels")));
    try (Device device = Devices.open(options.get("device"), chosen);
        ModelWeights weights = model.directory().openWeights();
        Executable executable = device.load(model.score(), weights, Math.max(tokens, window))) {
      Computation computation = device.computation(model.score().program());
      int vocabulary = executable.vocabulary();
      System.out.println(
          "%s, kernels %s; %s"
              .formatted(device.description(), computation.kernels(), model.directory().path()));
      verify(device, executable, model, weights, ids(vocabulary, CHECKED));
      boolean halves = computation.arithmetic() == Arithmetic.FLOAT16;
      Peak peak = Peak.of(computeDevice(device), halves);
      System.out.println(
          "peak: %.3f TFLOP/s (%s), %.1f GB/s (copy)"
              .formatted(
                  peak.operations() / 1e12,
                  halves ? "float16, by NVIDIA's datasheet" : "float32 multiply-adds",
                  peak.bytes() / 1e9));
      List<int[]> windows = new ArrayList<>();
      for (int at = 0; at + window <= tokens; at += window) {
        windows.add(ids(vocabulary, window));
      }
      Batch batch = Batch.scoring(windows);
      SortedMap<Integer, Double> seconds = ((StepTimes) executable).seconds(batch, REPETITIONS);
      print(lines(program, batch, halves, seconds), peak, batch.tokens());
    }
  }

  /// The device that the driver calls so.
  private static ComputeDevice computeDevice(Device device) {
    return OpenClLoader.devices().stream()
        .filter(each -> device.description().startsWith(each.facts().name()))
        .findFirst()
        .orElseThrow();
  }

  private static int[] ids(int vocabulary, int count) {
    return new Random(count).ints(count, 0, vocabulary).toArray();
  }

  private static void verify(
      Device device,
      Executable executable,
      ScoringModel model,
      ModelWeights weights,
      int[] window) {
    DeviceOptions scalar =
        new DeviceOptions(Runtime.getRuntime().availableProcessors(), Optional.of("scalar"));
    Program program = model.score().program();
    try (Device cpu = Devices.open("cpu", scalar);
        Executable reference = cpu.load(model.score(), weights, window.length)) {
      Verification verification =
          new Verification(
              device.name(),
              program,
              executable,
              "cpu, kernels scalar",
              reference,
              Tolerance.of(program, device.computation(program).arithmetic(), window.length));
      verification.compare(0, Batch.scoring(List.of(window)));
      System.out.println(
          "verified: every operation agrees with the scalar definition on a window of %d, the score within %.1e nats"
              .formatted(window.length, verification.verdict().largestOfTokens().difference()));
    }
  }

  private static Map<String, Line> lines(
      Program program, Batch batch, boolean halves, SortedMap<Integer, Double> seconds) {
    Map<String, Line> lines = new LinkedHashMap<>();
    seconds.forEach(
        (index, time) -> {
          Operation operation = program.operations().get(index);
          Effort effort = Effort.of(operation, batch, halves);
          Line line = lines.computeIfAbsent(Place.of(operation).operation(), _ -> new Line());
          line.launches++;
          line.seconds += time;
          line.operations += effort.operations();
          line.bytes += effort.bytes();
        });
    return lines;
  }

  private static void print(Map<String, Line> lines, Peak peak, int tokens) {
    double all = lines.values().stream().mapToDouble(line -> line.seconds).sum();
    System.out.println();
    System.out.println("| operation | times | ms | of all | speed | share of the peak |");
    System.out.println("| --- | --- | --- | --- | --- | --- |");
    lines.forEach(
        (name, line) -> {
          boolean counts = line.operations > 0;
          double speed = (counts ? line.operations : line.bytes) / line.seconds;
          System.out.println(
              "| %s | %d | %.3f | %.1f %% | %s | %.0f %% |"
                  .formatted(
                      name,
                      line.launches,
                      1e3 * line.seconds,
                      100 * line.seconds / all,
                      counts
                          ? "%.3f TFLOP/s".formatted(speed / 1e12)
                          : "%.1f GB/s".formatted(speed / 1e9),
                      100 * speed / (counts ? peak.operations() : peak.bytes())));
        });
    System.out.println(
        "| all, %d tokens | | %.3f | | %.0f tokens/s | |"
            .formatted(tokens, 1e3 * all, tokens / all));
  }
}
