package io.github.nonplus.cli;

import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.receipt.Check;
import io.github.nonplus.receipt.GivenPaths;
import io.github.nonplus.receipt.Receipt;
import io.github.nonplus.receipt.Rescoring;
import io.github.nonplus.report.ReceiptText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus verify`: what a result came from, looked at again.
@Command(
    name = "verify",
    description = {
      "Takes the digests of a result again, of the files that lie there now, and says what no longer"
          + " matches: windows, text, weights, tokenizer, library, device, versions; of a comparison,"
          + " those of the reference too. The numbers are computed again from the scores. Ends with 1"
          + " if something differs. What is not there is said to be absent and is no difference.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  nonplus verify dist/q4f16_0.record --model dist/novella-q4f16_0",
    })
final class Verify implements Callable<Integer> {
  @Parameters(
      paramLabel = "RESULT",
      description = "What calculate-perplexity --record wrote, or --json printed.")
  @Reads
  Path result;

  @Option(
      names = "--input-path",
      paramLabel = "FILE",
      description = "The file of windows. Default: where the result says.")
  @Reads
  Path windows;

  @Option(
      names = "--input",
      paramLabel = "FILE",
      description = "The text of the windows. Default: where the result says.")
  @Reads
  Path text;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "The weights and their tokenizer. Default: where the result says.")
  @Reads
  Path model;

  @Option(
      names = "--model-lib",
      paramLabel = "LIB",
      description = "The compiled model. Default: where the result says.")
  @Reads
  Path library;

  @Option(
      names = "--reference",
      paramLabel = "MODEL",
      description =
          "What the model was compared with, or llama.cpp's file of it. Default: where the result"
              + " says.")
  @Reads
  Path reference;

  @Option(
      names = "--reference-model-lib",
      paramLabel = "LIB",
      description = "That, compiled. Default: where the result says.")
  @Reads
  Path referenceLibrary;

  @Option(
      names = "--rescore",
      paramLabel = "N",
      description =
          "Also score N windows anew, evenly spread over the text, and compare the loss of each"
              + " token with the result's; of a comparison, run both sides anew and compare the"
              + " divergences too.")
  Integer rescore;

  @Option(
      names = "--device",
      paramLabel = "DEVICE",
      description =
          "With --rescore: where to score, both sides of a comparison alike. Default: where each ran.")
  String device;

  @Option(
      names = "--threads",
      paramLabel = "N",
      description = "With --rescore: threads to compute with. Default: one a processor.")
  Integer threads;

  @Option(names = "--json", description = "Print everything as JSON, and nothing else.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    GivenPaths places =
        new GivenPaths(
            Optional.ofNullable(windows),
            Optional.ofNullable(text),
            Optional.ofNullable(model),
            Optional.ofNullable(library),
            Optional.ofNullable(reference),
            Optional.ofNullable(referenceLibrary));
    List<Check> checks = Receipt.checks(result, places, rescoring());
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      ScreenWriter.printJson(out, ReceiptText.json(checks));
    } else {
      ReceiptText.lines(checks).forEach(out::println);
    }
    return checks.stream().anyMatch(check -> check.state() == Check.State.DIFFERS) ? 1 : 0;
  }

  private Optional<Rescoring> rescoring() {
    Usage usage = new Usage(spec);
    OptionalInt windows = usage.within("--rescore", rescore, 1, Integer.MAX_VALUE);
    if (windows.isEmpty()) {
      if (device != null || threads != null) {
        throw usage.error("%s is for --rescore", device != null ? "--device" : "--threads");
      }
      return Optional.empty();
    }
    int most = DeviceOptions.defaults().threads();
    DeviceOptions options =
        new DeviceOptions(
            usage.within("--threads", threads, 1, 1024).orElse(most), Optional.empty());
    return Optional.of(
        new Rescoring(
            windows.getAsInt(),
            Optional.ofNullable(device),
            options,
            spec.commandLine().getErr()::println));
  }
}
