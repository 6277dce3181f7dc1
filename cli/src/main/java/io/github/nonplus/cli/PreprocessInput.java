package io.github.nonplus.cli;

import io.github.nonplus.corpus.SlidingWindows;
import io.github.nonplus.corpus.Text;
import io.github.nonplus.corpus.WikiText;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `nonplus preprocess-input`: from a text to its file of windows.
@Command(
    name = "preprocess-input",
    description = {
      "Tokenizes a text and writes its windows of token ids, one a line.",
      "",
      "The text is the test text of WikiText-2 unless --input gives another. It is tokenized in"
          + " one go by the model's own tokenizer; window k begins at token k * STRIDE and holds"
          + " WINDOW ids, or as many as are left.",
      "",
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    footer = {
      "",
      "Example:",
      "  nonplus preprocess-input --model-path models/SmolLM2-135M \\",
      "      --destination wiki.windows",
    })
final class PreprocessInput implements Callable<Integer> {
  @Option(
      names = "--destination",
      required = true,
      paramLabel = "FILE",
      description = "The file to write; an older one is replaced.")
  Path destination;

  @Option(
      names = "--model-path",
      required = true,
      paramLabel = "HF_MODEL",
      description = "The directory with the model's tokenizer.json.")
  Path model;

  @Option(
      names = "--input",
      paramLabel = "TEXT",
      description =
          "A UTF-8 text, taken as it is; only wiki.test.raw, known by its digest, becomes the"
              + " joined rows of the data set. Default: wiki.test.raw in the directory named by"
              + " NONPLUS_CORPORA, in ., wikitext-2-raw or corpora.")
  Path input;

  @Option(
      names = "--window",
      defaultValue = "256",
      paramLabel = "WINDOW",
      description = "Ids in a full window, at least 2. Default: 256.")
  int window;

  @Option(
      names = "--stride",
      defaultValue = "128",
      paramLabel = "STRIDE",
      description = "Tokens from one window's begin to the next. Default: 128.")
  int stride;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    SlidingWindows sliding = sliding();
    AtomicFile.check(destination);
    if (input != null && isSame(input, destination)) {
      throw new OutputException(
          destination + " is the text itself; name another file for the windows");
    }
    AtomicFile.check(WindowsOrigin.path(destination));
    try (Tokenizer tokenizer = Tokenizer.open(model)) {
      tokenizer.warnings().forEach(this::warn);
      Text text = text();
      int[] ids = tokenizer.encode(text.content());
      if (ids.length == 0) {
        throw new CorpusException(text.name() + " has no tokens; give another text with --input");
      }
      WindowsFile written = WindowsFile.write(destination, sliding.over(ids));
      WindowsOrigin origin =
          new WindowsOrigin(
              written.sha256(),
              text.name(),
              text.sha256(),
              tokenizer.digest(),
              window,
              stride,
              ids.length);
      report(sliding, written, origin);
    }
    return 0;
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
    } catch (IOException e) {
      return false; // whatever is wrong with them is said where they are opened
    }
  }

  private SlidingWindows sliding() {
    try {
      return new SlidingWindows(window, stride);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Text text() {
    if (input == null) {
      Text joined = WikiText.read(WikiText.find(corpora()));
      note("Text: %s, its rows joined as the original does".formatted(joined.name()));
      return joined;
    }
    Text verbatim = Text.read(input);
    Optional<Text> joined = WikiText.recognize(verbatim);
    note(
        "Text: %s, %s"
            .formatted(
                verbatim.name(),
                joined.isPresent()
                    ? "recognized as WikiText-2: its rows joined as the original does"
                    : "as it is"));
    return joined.orElse(verbatim);
  }

  private static List<Path> corpora() {
    return Stream.concat(
            Stream.ofNullable(System.getenv("NONPLUS_CORPORA")),
            Stream.of(".", "wikitext-2-raw", "corpora"))
        .map(Path::of)
        .toList();
  }

  private void report(SlidingWindows sliding, WindowsFile written, WindowsOrigin origin) {
    Path beside = origin.write(destination);
    Windows windows = written.windows();
    int last = windows.count() - 1;
    if (windows.length(last) == 1) {
      warn(
          ("line %d, the last, holds one id, as the original writes it, but nothing can be scored"
                  + " in it: remove the line or choose another stride")
              .formatted(last + 1));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("Tokens:   " + origin.tokens());
    out.println(
        "Windows:  %d of up to %d ids, every %d tokens"
            .formatted(windows.count(), sliding.window(), sliding.stride()));
    out.println("SHA-256:  " + written.sha256());
    out.println("Written:  %s and, on where it comes from, %s".formatted(written.path(), beside));
  }

  private void warn(String sentence) {
    note("Warning: " + sentence);
  }

  private void note(String line) {
    spec.commandLine().getErr().println(line);
  }
}
