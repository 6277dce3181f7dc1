package io.github.nonplus.cli;

import io.github.nonplus.divergence.DivergenceRequest;
import io.github.nonplus.divergence.DivergenceRun;
import io.github.nonplus.divergence.SideRequest;
import io.github.nonplus.journal.JournalPlace;
import io.github.nonplus.journal.Shard;
import io.github.nonplus.perplexity.PerplexityRun;
import io.github.nonplus.perplexity.Request;
import io.github.nonplus.report.ScoreFiles;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `nonplus calculate-perplexity`: runs every window on a device.
@Command(
    name = "calculate-perplexity",
    description = {
      "Runs every window through a model on a device and prints each window's log-probability and"
          + " the cumulative perplexity.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Examples:",
      "  nonplus calculate-perplexity --model dist/novella-q4f16_0 \\",
      "      --model-lib dist/novella-q4f16_0-cpu.lib --device cpu \\",
      "      --input-path dist/hound.windows --record dist/q4f16_0.record",
      "  nonplus calculate-perplexity --model examples/novella-6m \\",
      "      --input-path dist/hound.windows --record dist/source.record",
    })
final class CalculatePerplexity implements Callable<Integer> {
  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description =
          "Converted weights, or a Hugging Face model, which is evaluated in its source precision.")
  @Reads
  Path model;

  @Option(
      names = "--model-lib",
      paramLabel = "LIB",
      description = "The compiled model. Default: it is compiled in memory.")
  @Reads
  Path library;

  @Option(
      names = "--input-path",
      paramLabel = "FILE",
      description = "The file of windows that preprocess-input wrote.")
  @Reads
  Path input;

  @Option(
      names = "--batch-size",
      paramLabel = "WINDOWS",
      description =
          "Windows of a batch. Default: as many as fit the library's prefill chunk; without a library"
              + " also as many as keep the device busy. No result depends on it.")
  Integer batch;

  @Mixin InterpretationOptions interpretation;

  @Mixin ComputeOptions compute;

  @Option(
      names = "--verify",
      paramLabel = "N",
      description =
          "First run N windows, evenly spread over the text, on the device cpu as well and compare"
              + " the results of every operation; stop if the device differs by more than rounding"
              + " explains. On the device cpu itself, its scalar kernels are the reference.")
  Integer verify;

  @Mixin ScoreOptions scores;

  @Option(
      names = "--running",
      description = "Print the running perplexities as llama.cpp does, [1]4.2000,[2]4.1000,…")
  boolean running;

  @Option(
      names = "--journal",
      paramLabel = "FILE",
      description =
          "Keep finished windows in this file, from which the same command goes on if it is"
              + " interrupted. Default: a file in the user's cache that is removed in the end.")
  @Writes(Writes.Form.FILE)
  Path journal;

  @Option(
      names = "--no-journal",
      description = "Keep no journal: an interruption costs everything.")
  boolean noJournal;

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description =
          "Only run part I of N parts of the windows, into the file that --journal names; nonplus"
              + " merge joins them, from whatever machines.")
  String shard;

  @Mixin ReferenceOptions reference;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    requireInput();
    return reference.given() ? compared() : scored();
  }

  private int compared() {
    if (journal != null || shard != null) {
      throw usage("--reference keeps no journal and has no parts; leave --journal and --shard out");
    }
    if (verify != null) {
      throw usage("--verify is about one model; leave it out where --reference names another");
    }
    SideRequest candidate =
        new SideRequest(
            model,
            interpretation.wanted(),
            Optional.ofNullable(library),
            compute.context(),
            compute.device(),
            compute.options());
    DivergenceRequest request =
        reference.request(candidate, Optional.ofNullable(input), windowsPerBatch());
    Path windows = input == null ? reference.model : input;
    return DivergenceDisplay.show(
        scores,
        spec.commandLine(),
        model,
        Optional.of(windows),
        display -> DivergenceRun.of(request, display));
  }

  private int scored() {
    Request request =
        new Request(
            model,
            interpretation.wanted(),
            Optional.ofNullable(library),
            compute.context(),
            compute.device(),
            compute.options(),
            input,
            windowsPerBatch(),
            new Usage(spec).within("--verify", verify, 1, Integer.MAX_VALUE),
            journalPlace(),
            shard());
    try (ScoreFiles files = scores.begin(model, input);
        RunDisplay display =
            new RunDisplay(
                spec.commandLine().getOut(),
                spec.commandLine().getErr(),
                output(),
                running,
                files)) {
      if (shard == null) {
        PerplexityRun.of(request, display);
      } else {
        PerplexityRun.shard(request, display);
      }
    }
    return 0;
  }

  private void requireInput() {
    reference.requireSense();
    if (input == null && !reference.recorded()) {
      throw usage("Missing required option: '--input-path=FILE'");
    }
    if (input != null && reference.recorded()) {
      throw usage("--input-path says nothing here: %s holds its own windows", reference.model);
    }
  }

  private OptionalInt windowsPerBatch() {
    return new Usage(spec).within("--batch-size", batch, 1, Integer.MAX_VALUE);
  }

  private RunDisplay.Output output() {
    return shard != null ? RunDisplay.Output.PART : scores.output();
  }

  private JournalPlace journalPlace() {
    if (noJournal && journal != null) {
      throw usage("--journal and --no-journal exclude each other");
    }
    if (noJournal) {
      return new JournalPlace.None();
    }
    return journal == null ? JournalPlace.Cache.ofUser() : new JournalPlace.Named(journal);
  }

  private Shard shard() {
    if (shard == null) {
      return Shard.WHOLE;
    }
    if (journal == null) {
      throw usage("--shard needs --journal FILE, where the part's windows are kept");
    }
    if (interpretation.wanted().isBoth()) {
      throw usage("--as both is for all windows at once; leave --shard out, or name one");
    }
    if (scores.json || scores.all().findAny().isPresent()) {
      throw usage(
          "--json, --per-window, --per-token and --record go to nonplus merge, not to a --shard");
    }
    return Shard.parse(shard)
        .orElseThrow(() -> usage("--shard is '%s', expected part/parts such as 1/4 or 4/4", shard));
  }

  private ParameterException usage(String sentence, Object... values) {
    return new Usage(spec).error(sentence, values);
  }
}
