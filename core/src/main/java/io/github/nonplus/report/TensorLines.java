package io.github.nonplus.report;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.weights.safetensors.CheckpointSummary;
import io.github.nonplus.weights.safetensors.SafetensorsCheckpoint;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// One safetensors file, or all of a checkpoint, in lines.
final class TensorLines {
  private static final int SHOWN = 8;

  private TensorLines() {}

  /// A file by itself.
  static List<String> of(Path file) {
    try (SafetensorsCheckpoint checkpoint = SafetensorsCheckpoint.ofFile(file)) {
      List<String> lines = new ArrayList<>();
      lines.add(file + ": a safetensors file");
      lines.add("  tensors    " + summary(checkpoint));
      List<String> names = checkpoint.names();
      names.stream()
          .limit(SHOWN)
          .forEach(name -> lines.add("             " + line(checkpoint, name)));
      if (names.size() > SHOWN) {
        lines.add("             and %,d more".formatted(names.size() - SHOWN));
      }
      return lines;
    }
  }

  private static String line(SafetensorsCheckpoint checkpoint, String name) {
    try {
      return "%s %s".formatted(name, checkpoint.find(name).orElseThrow().shape());
    } catch (WeightsException unread) {
      return name + ", of a type that is not read";
    }
  }

  /// Its size.
  static String summary(SafetensorsCheckpoint checkpoint) {
    CheckpointSummary summary = checkpoint.summary();
    return String.format(
        Locale.ROOT,
        "%,d parameters, %,d bytes, %s (%s) in %s",
        summary.elements(),
        summary.bytes(),
        Count.of(summary.tensors(), "tensor"),
        counts(summary.tensorsOfType()),
        Count.of(summary.files(), "file"));
  }

  private static String counts(Map<String, Integer> counts) {
    return String.join(
        ", ",
        counts.entrySet().stream()
            .map(entry -> entry.getValue() + " " + entry.getKey())
            .sorted()
            .toList());
  }
}
