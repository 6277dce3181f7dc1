package io.github.nonplus.cli;

import io.github.nonplus.device.DeviceOptions;
import java.util.Optional;
import java.util.OptionalInt;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// The options that say where and how windows run.
final class ComputeOptions {
  /// Where programs run, or are compiled for, if nobody says.
  static final String DEFAULT_DEVICE = "cpu";

  private static final int MOST_THREADS = 1024;
  private static final int LONGEST_CONTEXT = 1 << 24;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "Where to run: cpu, opencl, or another device of nonplus devices. Default: cpu.")
  String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "Threads to compute with. Default: one a processor. No result depends on it.")
  Integer threads;

  @Option(
      names = "--kernels",
      paramLabel = "NAME",
      description =
          "Kernels to compute with, as results name them. On the device cpu: scalar, vector-128,"
              + " vector-256 or vector-512. On OpenCL: tiles for a cpu or a gpu (portable-cpu,"
              + " portable-gpu). Default: the fastest that the device has. On the cpu no result"
              + " depends on it.")
  String kernels;

  @Option(
      names = "--context",
      paramLabel = "N",
      description =
          "Take windows of up to N tokens, where a model is compiled in memory. Default: as many as"
              + " the model was made for; a library has its own.")
  Integer context;

  @Spec(Target.MIXEE)
  CommandSpec spec;

  /// The device's name. What nobody asked for is said.
  String device() {
    return named(device, spec);
  }

  /// The same for an option `--device` of another command.
  static String named(String device, CommandSpec spec) {
    if (device != null) {
      return device;
    }
    spec.commandLine().getErr().println("Device: %s, the default".formatted(DEFAULT_DEVICE));
    return DEFAULT_DEVICE;
  }

  OptionalInt context() {
    return new Usage(spec).within("--context", context, 1, LONGEST_CONTEXT);
  }

  DeviceOptions options() {
    return new DeviceOptions(
        new Usage(spec)
            .within("--threads", threads, 1, MOST_THREADS)
            .orElse(DeviceOptions.defaults().threads()),
        Optional.ofNullable(kernels));
  }
}
