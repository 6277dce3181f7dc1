package io.github.nonplus.report;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.library.DeviceCode;
import io.github.nonplus.library.Function;
import io.github.nonplus.library.LibraryFile;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What a file or directory is, in a screenful.
public final class Inspection {
  private final List<String> lines = new ArrayList<>();

  private Inspection() {}

  /// The lines to print.
  public static List<String> of(Path path) {
    return of(path, Wanted.DEFAULT);
  }

  /// The same of one of a model's interpretations.
  public static List<String> of(Path path, Wanted wanted) {
    Inspection inspection = new Inspection();
    Optional<Path> gguf = GgufLines.file(path);
    if (gguf.isPresent()) {
      return GgufLines.of(gguf.get(), wanted);
    } else if (Files.isDirectory(path)) {
      return ModelLines.of(path, wanted);
    } else if (!Files.exists(path)) {
      throw new CorpusException(path + " does not exist; give a file or directory");
    }
    Optional<List<String>> foreign = ForeignLines.of(path);
    if (foreign.isPresent()) {
      return foreign.get();
    } else if (path.toString().endsWith(".safetensors")) {
      return TensorLines.of(path);
    } else if (ModelLines.isConfiguration(path)) {
      return ModelLines.of(path, wanted);
    } else if (LibraryFile.isLibrary(path)) {
      inspection.library(path);
    } else if (WindowsFile.looksLikeOne(path)) {
      inspection.windows(path);
    } else {
      return OwnFiles.lines(path)
          .orElseThrow(
              () ->
                  new CorpusException(
                      path
                          + " is nothing that Nonplus writes or reads: no model library, windows,"
                          + " journal, record or result; give one of these, a safetensors file, a"
                          + " config.json, or the directory of a Hugging Face model or of converted"
                          + " weights"));
    }
    return inspection.lines;
  }

  /// The lines about a model's numbers, which are all read.
  public static List<String> values(Path model) {
    return ValueLines.of(ModelDirectory.open(model));
  }

  private void library(Path path) {
    ModelLibrary library = LibraryFile.read(path);
    say("%s: a model library", path);
    say("  compiled   by Nonplus %s for the device %s", library.compiler(), library.device());
    say("  weights    %s", library.quantization());
    for (Map.Entry<String, Function> function : library.functions().entrySet()) {
      say(
          "  function   %s: %d operations, %,d bytes of activations a token",
          function.getKey(),
          function.getValue().program().operations().size(),
          4L * function.getValue().plan().width());
    }
    if (!library.code().isNone()) {
      kernels(library.code());
    }
    if (!library.functions().containsKey(ModelLibrary.SCORE)) {
      say("             it cannot score: it was compiled without --perplexity");
    }
    facts(library.model());
    say("  context    %d tokens, batches of %d", library.contextWindow(), library.prefillChunk());
  }

  private void kernels(DeviceCode code) {
    say(
        "  kernels    %s: %d builds of %d files; within %s",
        code.kernels(),
        code.builds().size(),
        code.digests().size(),
        code.limits().entrySet().stream()
            .map(limit -> "%s %,d".formatted(limit.getKey(), limit.getValue()))
            .collect(Collectors.joining(", ")));
    for (DeviceCode.Build build : code.builds()) {
      say(
          "             %-12s %s",
          build.file(),
          build.definitions().entrySet().stream()
              .map(each -> each.getKey() + "=" + each.getValue())
              .collect(Collectors.joining(" ")));
    }
  }

  private void windows(Path path) {
    WindowsFile file = WindowsFile.read(path);
    Windows windows = file.windows();
    say("%s: a file of windows", path);
    say(
        "  windows    %,d of up to %d ids, the last of %d; %,d ids, %,d of them scored",
        windows.count(),
        windows.longest(),
        windows.length(windows.count() - 1),
        windows.ids(),
        windows.scored());
    Protocol protocol = Protocols.of(file);
    say("  protocol   %s: %s", protocol.name(), protocol.averaging().law());
    say("  ids        up to %d", windows.largestId());
    say("  sha256     %s", file.sha256());
    WindowsOrigin.beside(file)
        .ifPresentOrElse(
            origin -> {
              say(
                  "  text       %s, %,d tokens, sha256 %s",
                  origin.text(), origin.tokens(), origin.textSha256());
              say("  cut        %d ids every %d tokens", origin.window(), origin.stride());
              say("  tokenizer  sha256 %s", origin.tokenizerSha256());
            },
            () -> say("  text       unknown: nothing beside the file says where it comes from"));
  }

  private void facts(Map<String, String> facts) {
    facts.forEach((name, value) -> say("  %-24s %s", name, value));
  }

  private void say(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
  }
}
