package io.github.nonplus.cli;

import io.github.nonplus.report.DivergenceFiles;
import io.github.nonplus.report.ScoreFiles;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/// The options that say where the scores of a run go.
final class ScoreOptions {
  @Option(names = "--json", description = "Print the whole result as JSON, and nothing else.")
  boolean json;

  @Option(
      names = "--per-window",
      paramLabel = "FILE",
      description = "Write every window's values to a file, separated by tabs.")
  @Writes(Writes.Form.FILE)
  Path perWindow;

  @Option(
      names = "--per-token",
      paramLabel = "FILE",
      description = "Write every scored token's value to a file, separated by tabs.")
  @Writes(Writes.Form.FILE)
  Path perToken;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description =
          "Write the result, every window's ids and losses and the text of the ids to a file, from"
              + " which compare works without the model.")
  @Writes(Writes.Form.FILE)
  Path record;

  /// The files that are asked for.
  Stream<Path> all() {
    return Stream.of(perWindow, perToken, record).filter(Objects::nonNull);
  }

  /// Begins them.
  ///
  /// @param model whose tokenizer knows what ids stand for
  /// @param windows that are scored
  ScoreFiles begin(Path model, Path windows) {
    return new ScoreFiles(
        Optional.ofNullable(perWindow),
        Optional.ofNullable(perToken),
        Optional.ofNullable(record),
        model,
        windows);
  }

  /// Begins those of a comparison.
  ///
  /// @param model the candidate, whose tokenizer knows what ids stand for
  DivergenceFiles beginComparison(Path model) {
    return new DivergenceFiles(
        Optional.ofNullable(perWindow),
        Optional.ofNullable(perToken),
        Optional.ofNullable(record),
        model);
  }

  RunDisplay.Output output() {
    return json ? RunDisplay.Output.JSON : RunDisplay.Output.WORDS;
  }
}
