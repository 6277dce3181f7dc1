package io.github.nonplus.spark;

import picocli.CommandLine.Option;

/// The options that say which model scores, and on what.
final class ModelOptions {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description =
          "A Hugging Face model or converted weights. An absolute path is the same on every machine;"
              + " a relative one is looked for in what --archives brought to them.")
  String model;

  @Option(
      names = "--model-lib",
      paramLabel = "LIB",
      description = "The compiled model. Default: each executor compiles it in memory.")
  String library;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Take windows of up to N tokens. Default: as many as the model was made for.")
  Integer context;

  @Option(
      names = "--device",
      defaultValue = "cpu",
      paramLabel = "DEVICE",
      description =
          "cpu (the default), whose threads are spark.task.cpus for each task; or opencl, which is"
              + " the GPU that Spark assigns to the task, where it assigns one.")
  String device;

  @Option(
      names = "--kernels",
      paramLabel = "NAME",
      description = "Kernels to compute with. Default: the fastest that the device has.")
  String kernels;

  ModelChoice choice() {
    return new ModelChoice(
        ModelPlace.forExecutors(model),
        library == null ? null : ModelPlace.forExecutors(library),
        context,
        device,
        kernels);
  }
}
