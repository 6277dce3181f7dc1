package io.github.nonplus.cli;

import io.github.nonplus.perplexity.MergedRun;
import io.github.nonplus.report.ScoreFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    footer = {
      "",
      "Examples:",
      "  nonplus calculate-perplexity --model dist/novella-q4f16_0 \\",
      "      --input-path dist/hound.windows --shard 1/2 --journal dist/1.journal",
      "  nonplus calculate-perplexity --model dist/novella-q4f16_0 \\",
      "      --input-path dist/hound.windows --shard 2/2 --journal dist/2.journal",
      "  nonplus merge dist/1.journal dist/2.journal --json",
    })
final class Merge implements Callable<Integer> {
  private static final Path NOWHERE = Path.of("");

  @Parameters(
      paramLabel = "JOURNAL",
      arity = "1..*",
      description = "The journals of all parts, in any order.")
  @Reads
  List<Path> journals;

  @Mixin ScoreOptions scores;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description =
          "With --record: the directory with the model's tokenizer.json, for the text of the ids."
              + " Default: where the journals say.")
  @Reads
  Path model;

  @Option(
      names = "--input-path",
      paramLabel = "FILE",
      description = "With --record: the file of windows. Default: where the journals say.")
  @Reads
  Path input;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    requireSense();
    MergedRun run = MergedRun.of(journals);
    boolean recorded = scores.record != null; // only a record needs what was scored
    Path windows = recorded ? run.windows(Optional.ofNullable(input)) : NOWHERE;
    Path tokenizer = recorded ? run.tokenizer(Optional.ofNullable(model)) : NOWHERE;
    if (recorded) {
      OutputPlaces places = OutputPlaces.of(spec);
      places.refuse("the run", windows);
      places.refuse("the run", tokenizer);
    }
    try (ScoreFiles files = scores.begin(tokenizer, windows);
        RunDisplay display =
            new RunDisplay(
                spec.commandLine().getOut(),
                spec.commandLine().getErr(),
                scores.output(),
                false,
                files)) {
      run.result(display);
    }
    return 0;
  }

  private void requireSense() {
    if (scores.record == null && (model != null || input != null)) {
      throw new Usage(spec)
          .error("%s says nothing without --record", model != null ? "--model" : "--input-path");
    }
  }
}
