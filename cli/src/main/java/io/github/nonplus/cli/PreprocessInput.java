package io.github.nonplus.cli;

import io.github.nonplus.corpus.WikiText;
import io.github.nonplus.measurement.WindowsAccount;
import io.github.nonplus.measurement.WindowsRun;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.report.WindowsText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `nonplus preprocess-input`: from a text to its file of windows.
@Command(
    name = "preprocess-input",
    description = {
      "Tokenizes a text and writes its windows of token ids, one a line.",
      "",
      "The text is the test text of WikiText-2 unless --input gives another. The protocol says how"
          + " it is joined and cut and what of each window is scored; the file carries it, and"
          + " calculate-perplexity scores exactly that.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  nonplus preprocess-input --model-path examples/novella-6m \\",
      "      --input examples/hound-of-the-baskervilles.txt \\",
      "      --destination dist/hound.windows",
    })
final class PreprocessInput implements Callable<Integer> {
  @Option(
      names = "--destination",
      required = true,
      paramLabel = "FILE",
      description = "The file to write; an older one is replaced.")
  @Writes(Writes.Form.WINDOWS)
  Path destination;

  @Option(
      names = "--model-path",
      required = true,
      paramLabel = "HF_MODEL",
      description = "The directory with the model's tokenizer.json.")
  @Reads
  Path model;

  @Option(
      names = "--input",
      arity = "1..*",
      paramLabel = "TEXT",
      description =
          "Texts, one or several: UTF-8 files taken as they are, JSON Lines, Parquet, or - for standard"
              + " input. Only wiki.test.raw, known by its digest, also has the rows of the data set."
              + " Default: wiki.test.raw in the directory named by NONPLUS_CORPORA, in .,"
              + " wikitext-2-raw or corpora.")
  @Reads
  List<Path> inputs = List.of();

  @Mixin WindowOptions options;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    if (inputs.isEmpty()) {
      WikiText.found().ifPresent(text -> OutputPlaces.of(spec).refuse("--input", text));
    }
    PrintWriter err = spec.commandLine().getErr();
    WindowsAccount account =
        WindowsRun.of(
            options.request(model, Wanted.DEFAULT, inputs), destination, System.in, err::println);
    WindowsText.of(account).forEach(spec.commandLine().getOut()::println);
    return 0;
  }
}
