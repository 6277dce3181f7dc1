package io.github.nonplus.cli;

import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.storage.Activations;
import io.github.nonplus.storage.Decoding;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

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

  @Option(
      names = "--decode",
      paramLabel = "HOW",
      description =
          "What a weight is of a checkpoint that is quantized already (GPTQ, AWQ, …). exact: what its"
              + " format says. as-library: rounded to the type in which the format's library"
              + " computes it. Default: exact.")
  String decode;

  @Option(
      names = "--activations",
      paramLabel = "HOW",
      description =
          "What the inputs of products are of a checkpoint that asks for rounded ones (W8A8, FP8,"
              + " NVFP4, …). float32: as they are computed. as-stored: rounded to codes as the"
              + " checkpoint says. Default: float32.")
  String activations;

  @Spec(Target.MIXEE)
  CommandSpec spec;

  Wanted wanted() {
    return new Wanted(
        Optional.ofNullable(as), Optional.ofNullable(config), decoding(), activations());
  }

  private Activations activations() {
    return switch (activations == null ? "float32" : activations) {
      case "float32" -> Activations.FLOAT32;
      case "as-stored" -> Activations.AS_STORED;
      default ->
          throw new Usage(spec)
              .error("--activations is '%s', expected float32 or as-stored", activations);
    };
  }

  private Decoding decoding() {
    return switch (decode == null ? "exact" : decode) {
      case "exact" -> Decoding.EXACT;
      case "as-library" -> Decoding.AS_LIBRARY;
      default ->
          throw new Usage(spec).error("--decode is '%s', expected exact or as-library", decode);
    };
  }
}
