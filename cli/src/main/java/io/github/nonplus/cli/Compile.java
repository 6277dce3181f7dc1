package io.github.nonplus.cli;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.device.Devices;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.LibraryFile;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.library.OptimizationLevel;
import io.github.nonplus.library.ProgramDump;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.quantization.Quantization;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus compile`: from a model's configuration to a model library.
@Command(
    name = "compile",
    description = {
      "Compiles a model for a device into a model library. With --quantization only the"
          + " configuration is needed, not the weights.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  nonplus compile examples/novella-6m --quantization q4f16_0 --device cpu \\",
      "      --perplexity --output dist/novella-q4f16_0-cpu.lib",
    })
final class Compile implements Callable<Integer> {
  @Parameters(
      paramLabel = "HF_MODEL_OR_CONFIG",
      description =
          "A Hugging Face model's directory or config.json, converted weights or their"
              + " mlc-chat-config.json, or a GGUF file.")
  @Reads
  Path model;

  @Option(
      names = "--quantization",
      paramLabel = "SCHEME",
      completionCandidates = Names.OfSchemes.class,
      description =
          "The scheme of the weights: ${COMPLETION-CANDIDATES}. Default: as they are stored in the"
              + " directory, which has to be there then.")
  String quantization;

  @Mixin InterpretationOptions interpretation;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "The device: cpu; opencl or opencl:N, any GPU or processor with an OpenCL driver;"
              + " android:adreno or windows:adreno_x86; or null, which plans everything and"
              + " executes nothing. Default: cpu.")
  String device;

  @Option(
      names = "--kernels",
      paramLabel = "NAME",
      description =
          "Kernels to take along, of a device that has several (OpenCL: portable-cpu, portable-gpu)."
              + " Default: those of the device that is here. The device cpu takes none.")
  String kernels;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "LIB",
      description = "The model library to write.")
  @Writes(Writes.Form.FILE)
  Path output;

  @Option(
      names = "--perplexity",
      arity = "0..1",
      fallbackValue = "True",
      preprocessor = TrueOrFalse.class,
      defaultValue = "False",
      paramLabel = "True|False",
      description = "Whether the library can score windows. Default: False.")
  String perplexity;

  @Option(
      names = "--opt",
      defaultValue = "O2",
      paramLabel = "O0..O3|NAME=N;…",
      description =
          "Accepted as MLC LLM spells it; every pass keeps the numbers, so all levels are alike.")
  String level;

  @Option(
      names = "--overrides",
      defaultValue = "",
      paramLabel = "NAME=N;…",
      description = "context_window_size=N and prefill_chunk_size=N, separated by semicolons.")
  String overrides;

  @Option(
      names = "--dump",
      paramLabel = "DIR",
      description =
          "Write the program after each pass to a directory, as text, and each kernel as its driver"
              + " gets it.")
  @Writes(Writes.Form.WHOLE_FOLDER)
  Path dump;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    requireLevel();
    Optional<Quantization> scheme = Optional.ofNullable(quantization).map(Quantization::named);
    String device = ComputeOptions.named(this.device, spec);
    Devices.requireKnown(device);
    AtomicFile.check(output);
    CompileOptions options =
        new CompileOptions(scores(), OptionalInt.empty(), OptionalInt.empty())
            .withOverrides(overrides);
    ModelLibrary library;
    if (dump == null) {
      library = compile(scheme, device, options, (_, _, _) -> {});
      LibraryFile.write(output, library);
    } else {
      try (ProgramDump texts = ProgramDump.to(dump)) {
        library = compile(scheme, device, options, texts);
        texts.kernels(Devices.texts(device, library.code()));
        LibraryFile.write(output, library);
        texts.commit();
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("Functions: %s".formatted(String.join(", ", library.functions().keySet())));
    out.println("Written:   " + output);
    return 0;
  }

  private ModelLibrary compile(
      Optional<Quantization> scheme, String device, CompileOptions options, Compiler.Dump texts) {
    Optional<String> named = Optional.ofNullable(kernels);
    if (scheme.isEmpty() && Files.isRegularFile(model) && model.toString().endsWith(".json")) {
      throw new ModelException(
          "%s is a configuration without weights; name their scheme with --quantization, or give the model's directory"
              .formatted(model));
    }
    Wanted wanted = interpretation.wanted();
    ModelDirectory stored =
        scheme.isPresent()
            ? ModelDirectory.configuration(model, scheme.get(), wanted)
            : ModelDirectory.open(model, wanted);
    return Compiler.compile(
        stored.model(),
        stored.quantization(),
        stored.forms(),
        device,
        named,
        options,
        Devices::code,
        texts);
  }

  private void requireLevel() {
    try {
      OptimizationLevel.check(level);
    } catch (IllegalArgumentException e) {
      throw new Usage(spec).error(e);
    }
  }

  private boolean scores() {
    return switch (perplexity.toLowerCase(Locale.ROOT)) {
      case "true", "1" -> true;
      case "false", "0" -> false;
      default ->
          throw new Usage(spec).error("--perplexity is '%s', expected True or False", perplexity);
    };
  }
}
