package io.github.nonplus.cli;

import io.github.nonplus.report.Inspection;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus inspect`: says what something is.
@Command(
    name = "inspect",
    description = {
      "Says what a file or directory is: a Hugging Face model, converted weights, a model library,"
          + " a file of windows.",
      "",
    },
    mixinStandardHelpOptions = true,
    footer = {"", "Example:", "  nonplus inspect dist/SmolLM2-135M-q4f16_0"})
final class Inspect implements Callable<Integer> {
  @Parameters(paramLabel = "PATH", description = "What to look at.")
  Path path;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    Inspection.of(path).forEach(spec.commandLine().getOut()::println);
    return 0;
  }
}
