package io.github.nonplus.cli;

import io.github.nonplus.divergence.SideRequest;
import io.github.nonplus.measurement.TextDivergence;
import io.github.nonplus.measurement.WindowsRequest;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus divergence`: how far a model is from a reference on a text, in one go.
@Command(
    name = "divergence",
    description = {
      "Measures in one go how far a model is from a reference on a text, token by token: cuts the"
          + " text into windows, compiles both and runs them in step. Prints the Kullback-Leibler"
          + " divergence both ways and the ratio of the perplexities.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  nonplus divergence dist/novella-q4f16_0 --reference examples/novella-6m \\",
      "      --text examples/hound-of-the-baskervilles.txt",
    })
final class Divergence implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL",
      description =
          "The candidate: converted weights, or a Hugging Face model, which is evaluated in its"
              + " source precision; with its tokenizer.json.")
  @Reads
  Path model;

  @Mixin InterpretationOptions interpretation;

  @Mixin ReferenceOptions reference;

  @Mixin TextOptions text;

  @Mixin ComputeOptions compute;

  @Mixin ScoreOptions scores;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    if (!reference.given()) {
      throw new Usage(spec).error("Missing required option: '--reference=MODEL'");
    }
    reference.requireSense();
    if (reference.recorded() && !text.texts.isEmpty()) {
      throw new Usage(spec)
          .error("--text says nothing here: %s holds its own windows", reference.model);
    }
    SideRequest candidate =
        new SideRequest(
            model,
            interpretation.wanted(),
            Optional.empty(),
            compute.context(),
            compute.device(),
            compute.options());
    Optional<WindowsRequest> windows =
        reference.recorded()
            ? Optional.empty()
            : Optional.of(text.request(model, interpretation.wanted()));
    TextDivergence.Request request =
        new TextDivergence.Request(reference.side(candidate), candidate, windows);
    return DivergenceDisplay.show(
        scores,
        spec.commandLine(),
        model,
        windows.isPresent() ? Optional.empty() : Optional.of(reference.model),
        display -> TextDivergence.of(request, System.in, display));
  }
}
