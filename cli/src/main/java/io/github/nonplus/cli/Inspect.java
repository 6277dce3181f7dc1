package io.github.nonplus.cli;

import io.github.nonplus.report.Inspection;
import io.github.nonplus.report.TokenizerExamination;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus inspect`: says what something is.
@Command(
    name = "inspect",
    description = {
      "Says what a file or directory is: a Hugging Face model, converted weights, one file or the"
          + " configuration of either, a model library, a file of windows and where it comes from, a"
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
      names = "--windows",
      paramLabel = "FILE",
      description = "With --tokenizer: a file of windows that the model is to score.")
  @Reads
  Path windows;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    if (windows != null && !tokenizer) {
      throw new Usage(spec).error("--windows is for --tokenizer");
    }
    List<String> lines =
        tokenizer
            ? TokenizerExamination.of(path, Optional.ofNullable(windows))
            : Inspection.of(path);
    lines.forEach(spec.commandLine().getOut()::println);
    return 0;
  }
}
