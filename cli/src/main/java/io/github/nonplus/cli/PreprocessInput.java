package io.github.nonplus.cli;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.Document;
import io.github.nonplus.corpus.Documents;
import io.github.nonplus.corpus.JsonLines;
import io.github.nonplus.corpus.WikiText;
import io.github.nonplus.corpus.Windowing;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.corpus.WindowsWriter;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Preparation;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.tokenizer.Tokenizer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
      arity = "1..*",
      paramLabel = "TEXT",
      description =
          "Texts, one or several: UTF-8 files taken as they are, .jsonl, .parquet, or - for standard"
              + " input. Only wiki.test.raw, known by its digest, also has the rows of the data set."
              + " Default: wiki.test.raw in the directory named by NONPLUS_CORPORA, in .,"
              + " wikitext-2-raw or corpora.")
  List<Path> inputs = List.of();

  @Mixin RowTextOptions rowText;

  @Option(
      names = "--protocol",
      defaultValue = "qualcomm-mlc",
      paramLabel = "NAME",
      description =
          "What is measured: qualcomm-mlc (default), llamacpp, llamacpp-stride, hf-stride,"
              + " hf-stride-2022, gptq, autogptq, lm-eval-wikitext, lm-eval-wikitext-2024,"
              + " hf-evaluate, exllamav2, exllamav3, mlx, mnn, qefficient, own. docs/protocols.md"
              + " draws each.")
  String protocolName;

  @Option(
      names = "--window",
      paramLabel = "WINDOW",
      description =
          "Ids in a full window. Default: the protocol's (256 for qualcomm-mlc), or the model's"
              + " context where the protocol takes that.")
  Integer window;

  @Option(
      names = "--stride",
      paramLabel = "STRIDE",
      description =
          "Tokens from one window's begin to the next, for protocols whose windows overlap."
              + " Default: the protocol's (128 for qualcomm-mlc).")
  Integer stride;

  @Option(
      names = "--scored",
      paramLabel = "N",
      description =
          "With --protocol own: only the last N ids of each window are scored. Default: all but the"
              + " first.")
  Integer scored;

  @Option(names = "--chunks", paramLabel = "N", description = "Only the first N windows.")
  Integer chunks;

  @Spec CommandSpec spec;

  @Override
  public Integer call() {
    Protocol protocol = Protocols.named(protocolName);
    Windowing windowing = windowing(protocol);
    int most = most(protocol);
    AtomicFile.check(destination);
    if (inputs.stream().anyMatch(input -> isSame(input, destination))) {
      throw new OutputException(
          destination + " is the text itself; name another file for the windows");
    }
    AtomicFile.check(WindowsOrigin.path(destination));
    try (Tokenizer tokenizer = Tokenizer.open(model);
        Documents documents = documents()) {
      tokenizer.warnings().forEach(this::warn);
      write(protocol, windowing, new Preparation(protocol, windowing, tokenizer, most), documents);
    }
    return 0;
  }

  private void write(
      Protocol protocol, Windowing windowing, Preparation preparation, Documents documents) {
    boolean several = documents.all().size() > 1;
    try (WindowsWriter writer = WindowsWriter.of(destination, preparation.header(several))) {
      documents.all().forEach(document -> preparation.add(document, writer));
      if (writer.windows() == 0) {
        throw new CorpusException(documents.name() + " has no rows; give another text");
      }
      WindowsOrigin origin =
          new WindowsOrigin(
              writer.commit(),
              documents.name(),
              documents.sha256(),
              preparation.tokenizer().digest(),
              windowing.window(),
              windowing.stride(),
              Math.toIntExact(preparation.tokens()));
      report(protocol, windowing, writer, origin);
    }
  }

  private static boolean isSame(Path one, Path other) {
    try {
      return Files.exists(one) && Files.exists(other) && Files.isSameFile(one, other);
    } catch (IOException e) {
      return false; // whatever is wrong with them is said where they are opened
    }
  }

  /// The protocol's windows, of the size that was asked for.
  private Windowing windowing(Protocol protocol) {
    Protocol.Cut cut = protocol.windows();
    if (scored != null && !protocol.equals(Protocols.OWN)) {
      throw usage(
          "--scored is for --protocol own: the protocol %s itself says what is scored",
          protocol.name());
    }
    if (stride != null && cut.stride() == Protocol.DISJOINT) {
      throw usage(
          "--stride is not for the protocol %s, whose windows have none to choose",
          protocol.name());
    }
    int length = window != null ? window : cut.window();
    if (length == Protocol.CONTEXT) {
      length = ModelDirectory.open(model).model().contextWindow();
      note("Windows: %d ids, the model's context".formatted(length));
    }
    int step = stride != null ? stride : protocol.equals(Protocols.OWN) ? length : cut.stride();
    Protocol.Cut chosen =
        protocol.equals(Protocols.OWN)
            ? Protocols.own(length, step, scored != null ? scored : length - 1)
            : cut;
    try {
      return chosen.of().apply(length, step);
    } catch (IllegalArgumentException e) {
      throw new Usage(spec).error(e);
    }
  }

  private int most(Protocol protocol) {
    if (chunks == null) {
      return Integer.MAX_VALUE;
    }
    new Usage(spec).atLeast("--chunks", chunks, 1);
    if (protocol.averaging() == Averaging.WORDS) {
      throw usage(
          "--chunks is not for the protocol %s, which divides by the words of the whole text",
          protocol.name());
    }
    return chunks;
  }

  private ParameterException usage(String sentence, Object... values) {
    return new Usage(spec).error(sentence, values);
  }

  private Documents documents() {
    List<Path> files = inputs.isEmpty() ? List.of(WikiText.find(corpora())) : inputs;
    Documents documents = Documents.open(files, System.in, rowText.names());
    for (Document document : documents.all()) {
      switch (document) {
        case Document.Wiki _ ->
            note("Text: %s, recognized as WikiText-2".formatted(document.name()));
        case Document.Plain _ -> {
          if (inputs.isEmpty()) {
            WikiText.readPinned(files.getFirst()); // says in which way it is not the file
          }
          note("Text: %s, as it is".formatted(document.name()));
        }
        case Document.Rows(JsonLines rows) ->
            note("Text: %s, the field '%s' of each line".formatted(rows.name(), rows.field()));
        case Document.Rows _ ->
            note("Text: %s, the column '%s'".formatted(document.name(), rowText.column));
      }
    }
    return documents;
  }

  private static List<Path> corpora() {
    return Stream.concat(
            Stream.ofNullable(System.getenv("NONPLUS_CORPORA")),
            Stream.of(".", "wikitext-2-raw", "corpora"))
        .map(Path::of)
        .toList();
  }

  private void report(
      Protocol protocol, Windowing windowing, WindowsWriter written, WindowsOrigin origin) {
    Path beside = origin.write(destination, protocol.name());
    if (written.shortest() == 1) {
      warn(
          ("line %d, the last, holds one id, as the original writes it, but nothing can be scored"
                  + " in it: remove the line or choose another stride")
              .formatted(written.windows()));
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println("Protocol: %s, %s".formatted(protocol.name(), protocol.averaging().law()));
    out.println(
        "Text:     %s; special tokens: %s"
            .formatted(protocol.joining().words(), protocol.specialTokens().words()));
    out.println("Tokens:   " + origin.tokens());
    out.println(
        "Windows:  %d of up to %d ids, every %d tokens; %d ids scored"
            .formatted(
                written.windows(), windowing.window(), windowing.stride(), written.scored()));
    out.println("SHA-256:  " + origin.windowsSha256());
    out.println("Written:  %s and, on where it comes from, %s".formatted(destination, beside));
  }

  private void warn(String sentence) {
    note("Warning: " + sentence);
  }

  private void note(String line) {
    spec.commandLine().getErr().println(line);
  }
}
