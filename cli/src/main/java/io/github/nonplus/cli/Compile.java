package io.github.nonplus.cli;

import io.github.nonplus.compilation.Compilation;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.library.OptimizationLevel;
import java.io.PrintWriter;
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
    CompileOptions options =
        new CompileOptions(scores(), OptionalInt.empty(), OptionalInt.empty())
            .withOverrides(overrides);
    ModelLibrary library =
        new Compilation(
                model,
                interpretation.wanted(),
                Optional.ofNullable(quantization),
                ComputeOptions.named(device, spec),
                Optional.ofNullable(kernels),
                options,
                output,
                Optional.ofNullable(dump))
            .run();
    PrintWriter out = spec.commandLine().getOut();
    out.println("Functions: %s".formatted(String.join(", ", library.functions().keySet())));
    out.println("Written:   " + output);
    return 0;
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
