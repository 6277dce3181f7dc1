package io.github.nonplus.cli;

import io.github.nonplus.device.DeviceOptions;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// The options that say where and how windows run.
final class ComputeOptions {
  /// Where programs run, or are compiled for, if nobody says.
  static final String DEFAULT_DEVICE = "cpu";

  private static final int MOST_THREADS = 1024;

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

  DeviceOptions options() {
    return new DeviceOptions(
        new Usage(spec)
            .within("--threads", threads, 1, MOST_THREADS)
            .orElse(DeviceOptions.defaults().threads()),
        Optional.ofNullable(kernels));
  }
}
