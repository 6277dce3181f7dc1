package io.github.nonplus.cli;

import io.github.nonplus.model.interpretation.Wanted;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/// The options that say what a checkpoint is taken for.
final class InterpretationOptions {
  @Option(
      names = "--as",
      paramLabel = "NAME",
      description =
          "What the weights are taken for: source, the published model; or what a runtime makes of"
              + " it, where the format is a runtime's own, which is the default there. nonplus inspect"
              + " lists the names. both evaluates the published model, it with each difference"
              + " alone, and the default, and says what each difference costs.")
  String as;

  @Option(
      names = "--config",
      paramLabel = "DIR",
      description =
          "The folder with the published model's config.json, where the weights' own configuration"
              + " does not say all of it.")
  @Reads
  Path config;

  Wanted wanted() {
    return new Wanted(Optional.ofNullable(as), Optional.ofNullable(config));
  }
}
