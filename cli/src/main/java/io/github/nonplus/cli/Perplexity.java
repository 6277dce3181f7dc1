package io.github.nonplus.cli;

import io.github.nonplus.journal.JournalPlace;
import io.github.nonplus.measurement.TextPerplexity;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus perplexity`: from a model and a text to the number in one go.
@Command(
    name = "perplexity",
    description = {
      "Measures the perplexity of a model on a text in one go: cuts the text into windows, compiles"
          + " the model and scores them. The windows are kept in the user's cache.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  nonplus perplexity examples/novella-6m \\",
      "      --text examples/hound-of-the-baskervilles.txt",
    })
final class Perplexity implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL",
      description =
          "Converted weights, or a Hugging Face model, which is evaluated in its source precision;"
              + " with its tokenizer.json.")
  @Reads
  Path model;

  @Mixin TextOptions text;

  @Mixin InterpretationOptions interpretation;

  @Mixin ComputeOptions compute;

  @Mixin ScoreOptions scores;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    TextPerplexity.Request request =
        new TextPerplexity.Request(
            text.request(model, interpretation.wanted()),
            compute.context(),
            compute.device(),
            compute.options(),
            JournalPlace.Cache.ofUser());
    try (TextRunDisplay display =
        new TextRunDisplay(
            spec.commandLine().getOut(), spec.commandLine().getErr(), scores, model)) {
      TextPerplexity.of(request, System.in, display);
    }
    return 0;
  }
}
