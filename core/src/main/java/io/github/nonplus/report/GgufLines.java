package io.github.nonplus.report;

import io.github.nonplus.checkpoint.GgufFile;
import io.github.nonplus.checkpoint.HuggingFaceDirectory;
import io.github.nonplus.checkpoint.MlcDirectory;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.gguf.Gguf;
import io.github.nonplus.gguf.GgufPath;
import io.github.nonplus.gguf.TensorEntry;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.tokenizer.Tokenizer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// A model in GGUF, in lines: one that can be computed by its facts, one that cannot with the
/// reason.
final class GgufLines {
  private final Path file;
  private final List<String> lines = new ArrayList<>();

  private GgufLines(Path file) {
    this.file = file;
  }

  /// The file that a path stands for, if it stands for one and nothing else.
  static Optional<Path> file(Path path) {
    boolean isOther =
        Files.exists(path.resolve(HuggingFaceDirectory.CONFIG))
            || Files.exists(path.resolve(MlcDirectory.CONFIG));
    return isOther ? Optional.empty() : GgufPath.of(path);
  }

  /// @param wanted which of the file's interpretations
  static List<String> of(Path file, Wanted wanted) {
    GgufLines gguf = new GgufLines(file);
    gguf.say("%s: a GGUF file (llama.cpp)", file);
    try {
      gguf.header();
    } catch (WeightsException damaged) {
      gguf.say("  evaluated  no: %s", damaged.getMessage());
      return gguf.lines;
    }
    gguf.model(wanted);
    return gguf.lines;
  }

  private void header() {
    try (Gguf gguf = Gguf.open(file)) {
      say(
          "  weights    %,d bytes, %s (%s) in %s, %,d metadata values",
          gguf.bytes(),
          Count.of(gguf.tensors().size(), "tensor"),
          types(gguf),
          Count.of(gguf.files(), "file"),
          gguf.metadata().keys().size());
      for (String key : List.of("general.architecture", "general.name")) {
        gguf.metadata().text(key).ifPresent(value -> fact(key, value));
      }
      tokenizer(gguf);
    }
  }

  private static String types(Gguf gguf) {
    Map<String, Integer> counts = new TreeMap<>();
    for (TensorEntry tensor : gguf.tensors()) {
      counts.merge(tensor.type().name(), 1, Integer::sum);
    }
    return counts.entrySet().stream()
        .sorted(Collections.reverseOrder(Map.Entry.comparingByValue()))
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private void tokenizer(Gguf gguf) {
    String model = gguf.metadata().text("tokenizer.ggml.model").orElse("none");
    String pre =
        gguf.metadata().text("tokenizer.ggml.pre").map(name -> ", split as " + name).orElse("");
    try (Tokenizer tokenizer = Tokenizer.open(file)) {
      String before =
          tokenizer.added().first().isPresent()
              ? "begins texts with " + tokenizer.token(tokenizer.added().first().getAsInt())
              : "begins texts with nothing of its own";
      say("  tokenizer  %s%s, %,d ids, %s", model, pre, tokenizer.vocabularySize(), before);
    } catch (NonplusException unusable) {
      say("  tokenizer  %s%s: %s", model, pre, unusable.getMessage());
    }
  }

  private void model(Wanted wanted) {
    try {
      GgufFile read = GgufFile.read(file, wanted);
      read.model().facts().forEach(this::fact);
      say("  context    %d tokens", read.model().contextWindow());
      lines.addAll(StorageLines.of(read));
      lines.addAll(ModelLines.interpretations(read));
      read.notices().forEach(notice -> say("  note       %s", notice));
    } catch (NonplusException refused) {
      say("  evaluated  no: %s", refused.getMessage());
    }
  }

  private void fact(String name, String value) {
    say("  %-24s %s", name, value);
  }

  private void say(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values));
  }
}
