package io.github.nonplus.cli;

import io.github.nonplus.report.Inspection;
import io.github.nonplus.report.TokenizerComparison;
import io.github.nonplus.report.TokenizerExamination;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus inspect`: says what something is.
@Command(
    name = "inspect",
    description = {
      "Says what a file or directory is: a Hugging Face model, converted weights, a GGUF file, one"
          + " file or the configuration of these, a model library, a file of windows and where it comes from, a"
          + " journal, a record, a result, llama.cpp's log-probabilities. A model that cannot be"
          + " evaluated is described, with the reason.",
      "",
    },
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Example:",
      "  nonplus inspect dist/novella-q4f16_0",
    })
final class Inspect implements Callable<Integer> {
  @Parameters(paramLabel = "PATH", description = "What to look at.")
  @Reads
  Path path;

  @Option(
      names = "--tokenizer",
      description =
          "Examine the tokenizer of a model's directory: what it adds to a text, ids beyond the"
              + " model's vocabulary, and with --windows whether a file of windows holds what it"
              + " makes of its text.")
  boolean tokenizer;

  @Option(
      names = "--compare-tokenizer",
      paramLabel = "MODEL",
      description =
          "Compare the model's tokenizer with another model's: what they add to a text, their"
              + " tokens, and the first difference in texts that tell tokenizers apart.")
  @Reads
  Path other;

  @Option(
      names = "--values",
      description =
          "Read all weights, and name matrices that are all zero, not finite, or have a number that"
              + " dwarfs the others.")
  boolean values;

  @Option(
      names = "--windows",
      paramLabel = "FILE",
      description = "With --tokenizer: a file of windows that the model is to score.")
  @Reads
  Path windows;

  @Mixin InterpretationOptions interpretation;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    if (windows != null && !tokenizer) {
      throw new Usage(spec).error("--windows is for --tokenizer");
    }
    List<String> lines = new ArrayList<>();
    if (tokenizer) {
      lines.addAll(TokenizerExamination.of(path, Optional.ofNullable(windows)));
    } else if (other == null) {
      lines.addAll(Inspection.of(path, interpretation.wanted()));
    }
    if (values) {
      lines.addAll(Inspection.values(path));
    }
    if (other != null) {
      lines.addAll(TokenizerComparison.of(path, other));
    }
    lines.forEach(spec.commandLine().getOut()::println);
    return 0;
  }
}
