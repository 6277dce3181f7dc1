package io.github.nonplus.device.cpu;

import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.device.Computation;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.Executable;
import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.library.Function;
import io.github.nonplus.program.Program;
import io.github.nonplus.system.WindowsMachine;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// This machine's processors.
final class CpuDevice implements Device {
  static final String NAME = "cpu";

  private final Kernels kernels;
  private final Workers workers;
  private final Optional<WarmUp> warmUp;

  CpuDevice(Kernels kernels, int threads) {
    this.kernels = kernels;
    this.workers = new Workers(threads);
    this.warmUp = threads == 1 ? Optional.empty() : Optional.of(WarmUp.of(kernels));
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String description() {
    return "%s (%s, %d processors)"
        .formatted(
            processor(), System.getProperty("os.arch"), Runtime.getRuntime().availableProcessors());
  }

  /// The processor's name where the system tells it.
  private static String processor() {
    Path list = Path.of("/proc/cpuinfo");
    if (Files.isReadable(list)) {
      try (var lines = Files.lines(list)) {
        return lines
            .filter(line -> line.startsWith("model name"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip())
            .findFirst()
            .orElse("processor");
      } catch (IOException e) {
        return "processor";
      }
    }
    return WindowsMachine.processor().orElse("processor");
  }

  @Override
  public String kernels() {
    return kernels.name();
  }

  /// It computes every program.
  @Override
  public Computation computation(Program program, DeviceCode code) {
    int batch = WantedBatch.of(program, threads(), Runtime.getRuntime().maxMemory());
    return new Computation(kernels(), Arithmetic.FLOAT32, batch);
  }

  /// Neither processor nor kernels change a bit of a result.
  @Override
  public String identity(Computation computation) {
    return NAME;
  }

  @Override
  public void expect(Function function) {
    warmUp.ifPresent(each -> each.expect(function));
  }

  @Override
  public int threads() {
    return workers.threads();
  }

  @Override
  public Executable load(Function function, DeviceCode code, ModelWeights weights, int tokens) {
    expect(function); // whoever has not said so before
    warmUp.ifPresent(WarmUp::finish);
    return new CpuExecutable(function, weights, tokens, kernels, workers);
  }

  @Override
  public void close() {
    warmUp.ifPresent(WarmUp::close);
    workers.close();
  }
}
