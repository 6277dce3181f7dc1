package io.github.nonplus.cli;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.divergence.DivergenceRequest;
import io.github.nonplus.divergence.DivergenceRequest.Reference;
import io.github.nonplus.divergence.KldFile;
import io.github.nonplus.divergence.SideRequest;
import io.github.nonplus.model.interpretation.Wanted;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/// The options that make an evaluation a comparison with another model.
final class ReferenceOptions {
  @Option(
      names = "--reference",
      paramLabel = "MODEL",
      description = {
        "Compare with another model, token by token, in step: converted weights, a Hugging Face"
            + " model, or the file that llama-perplexity --kl-divergence-base wrote, which holds its"
            + " own windows (no --input-path). Prints the Kullback-Leibler divergence both ways, its"
            + " percentiles, and the ratio of the perplexities. No logits are stored."
      })
  @Reads
  Path model;

  @Option(
      names = "--reference-as",
      paramLabel = "NAME",
      description = "What the reference's weights are taken for, as --as says it of the model's.")
  String as;

  @Option(
      names = "--reference-config",
      paramLabel = "DIR",
      description = "The folder with the config.json of the reference's published model.")
  @Reads
  Path config;

  @Option(
      names = "--reference-model-lib",
      paramLabel = "LIB",
      description = "The reference, compiled. Default: it is compiled in memory.")
  @Reads
  Path library;

  @Option(
      names = "--reference-device",
      paramLabel = "DEVICE",
      description = "Where to run the reference. Default: the device of the candidate.")
  String device;

  @Option(
      names = "--reference-kernels",
      paramLabel = "NAME",
      description = "Kernels of the reference's device. Default: the fastest that it has.")
  String kernels;

  @Spec(Target.MIXEE)
  CommandSpec spec;

  /// Whether there is a reference.
  boolean given() {
    return model != null;
  }

  /// Whether the reference brings its own windows.
  boolean recorded() {
    return given() && KldFile.looksLikeOne(model);
  }

  /// Refuses options that are about a reference that is not there, or not run.
  void requireSense() {
    Optional<String> about =
        Stream.of(
                "--reference-as",
                "--reference-config",
                "--reference-model-lib",
                "--reference-device",
                "--reference-kernels")
            .filter(name -> spec.findOption(name).getValue() != null)
            .findFirst();
    if (about.isPresent() && !given()) {
      throw new Usage(spec).error("%s says nothing without --reference", about.get());
    }
    if (about.isPresent() && recorded()) {
      throw new Usage(spec)
          .error(
              "%s says nothing here: %s was recorded by llama.cpp and runs nowhere",
              about.get(), model);
    }
  }

  /// The comparison of `candidate` with the reference.
  ///
  /// @param input absent if, and only if, the reference brings its own windows
  DivergenceRequest request(
      SideRequest candidate, Optional<Path> input, OptionalInt windowsPerBatch) {
    return new DivergenceRequest(side(candidate), candidate, input, windowsPerBatch);
  }

  /// What `candidate` is held against.
  Reference side(SideRequest candidate) {
    return recorded()
        ? new Reference.Recorded(model)
        : new Reference.Running(
            new SideRequest(
                model,
                new Wanted(Optional.ofNullable(as), Optional.ofNullable(config)),
                Optional.ofNullable(library),
                library == null ? candidate.context() : OptionalInt.empty(),
                Objects.requireNonNullElse(device, candidate.device()),
                new DeviceOptions(candidate.options().threads(), Optional.ofNullable(kernels))));
  }
}
