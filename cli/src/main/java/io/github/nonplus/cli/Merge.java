package io.github.nonplus.cli;

import io.github.nonplus.perplexity.MergedRun;
import io.github.nonplus.report.ScoreFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus merge`: joins the journals of a run's parts.
@Command(
    name = "merge",
    description = {
      "Joins the journals that calculate-perplexity --shard wrote, on whatever machines, to the"
          + " result of one run over all windows, bit for bit.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {"", "Example:", "  nonplus merge part1.journal part2.journal --json"})
final class Merge implements Callable<Integer> {
  @Parameters(
      paramLabel = "JOURNAL",
      arity = "1..*",
      description = "The journals of all parts, in any order.")
  List<Path> journals;

  @Option(names = "--json", description = "Print the whole result as JSON, and nothing else.")
  boolean json;

  @Option(
      names = "--per-window",
      paramLabel = "FILE",
      description = "Write every window's values to a file, separated by tabs.")
  Path perWindow;

  @Option(
      names = "--per-token",
      paramLabel = "FILE",
      description = "Write every scored token's value to a file, separated by tabs.")
  Path perToken;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    try (ScoreFiles files =
            new ScoreFiles(
                Optional.ofNullable(perWindow),
                Optional.ofNullable(perToken),
                Optional.empty(),
                Path.of(""),
                Path.of(""));
        RunDisplay display =
            new RunDisplay(
                spec.commandLine().getOut(),
                spec.commandLine().getErr(),
                json ? RunDisplay.Output.JSON : RunDisplay.Output.WORDS,
                false,
                files)) {
      MergedRun.of(journals, display);
    }
    return 0;
  }
}
