package io.github.nonplus.report.record;

import io.github.nonplus.corpus.Extent;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.divergence.KldFile;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Protocols;
import java.nio.file.Path;
import java.util.OptionalInt;

/// The ids that a record repeats, and how their losses are averaged: those of a file of windows, or
/// of llama.cpp's file of log-probabilities, which holds its own.
record ScoredIds(String sha256, Windows windows, Averaging averaging, Extent extent) {
  /// Reads a file.
  ///
  /// @param first the id that begins each chunk of llama.cpp's file, if not its own
  static ScoredIds read(Path path, OptionalInt first) {
    if (KldFile.looksLikeOne(path)) {
      try (KldFile file = KldFile.open(path)) {
        first.ifPresent(file::beginWith);
        return new ScoredIds(
            file.account().sha256(), file.windows(), Averaging.WINDOWS, Extent.NONE);
      }
    }
    WindowsFile file = WindowsFile.read(path);
    return new ScoredIds(
        file.sha256(), file.windows(), Protocols.of(file).averaging(), file.extent());
  }
}
