package io.github.nonplus.cli;

import io.github.nonplus.corpus.Documents;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.explanation.Explanation;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.report.ExplanationText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `nonplus explain`: why two tools give two numbers.
@Command(
    name = "explain",
    description = {
      "Walks from one protocol's number to another's on the same model and text: each difference"
          + " alone (text, special tokens, windows, scored ids, averaging), with the number that it"
          + " leads to.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  nonplus explain llamacpp gptq --model examples/novella-6m \\",
      "      --input examples/hound-of-the-baskervilles.txt --window 512",
    })
final class Explain implements Callable<Integer> {
  @Parameters(
      index = "0",
      paramLabel = "FROM",
      description = "A protocol, as of docs/protocols.md.")
  String from;

  @Parameters(index = "1", paramLabel = "TO", description = "Another.")
  String to;

  @Option(
      names = "--model",
      required = true,
      paramLabel = "DIR",
      description = "Converted weights or a Hugging Face model, with its tokenizer.json.")
  @Reads
  Path model;

  @Option(
      names = "--input",
      required = true,
      paramLabel = "TEXT",
      description =
          "A text, or several by naming each with --input, as preprocess-input takes them.")
  @Reads
  List<Path> inputs;

  @Option(names = "--device", paramLabel = "DEVICE", description = "Where to run. Default: cpu.")
  String device;

  @Option(
      names = "--window",
      paramLabel = "WINDOW",
      description = "Ids in a full window of both. Default: each protocol's own.")
  Integer window;

  @Option(
      names = "--stride",
      paramLabel = "STRIDE",
      description =
          "Tokens from one window's begin to the next, where they overlap. Default: the protocol's.")
  Integer stride;

  @Mixin SpelledOptions spelledAs;

  @Mixin RowTextOptions rowText;

  @Option(names = "--json", description = "Print the whole explanation as JSON, and nothing else.")
  boolean json;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    Protocol one = Protocols.named(from);
    Protocol other = Protocols.named(to);
    Explanation.Request request =
        new Explanation.Request(
            model,
            ComputeOptions.named(device, spec),
            DeviceOptions.defaults(),
            one,
            other,
            new Usage(spec).atLeast("--window", window, 2),
            new Usage(spec).atLeast("--stride", stride, 1),
            spelledAs.spelled());
    try (Documents documents = Documents.open(inputs, System.in, rowText.names())) {
      documents
          .warnings()
          .forEach(warning -> spec.commandLine().getErr().println("Warning: " + warning));
      Explanation explanation =
          Explanation.of(request, documents, spec.commandLine().getErr()::println);
      PrintWriter out = spec.commandLine().getOut();
      if (json) {
        ScreenWriter.printJson(out, ExplanationText.json(explanation));
      } else {
        ExplanationText.of(explanation).forEach(out::println);
      }
    } catch (IllegalArgumentException e) {
      throw new Usage(spec).error(e);
    }
    return 0;
  }
}
