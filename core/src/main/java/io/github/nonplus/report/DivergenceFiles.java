package io.github.nonplus.report;

import io.github.nonplus.divergence.DivergenceResult;
import io.github.nonplus.divergence.DivergenceTally;
import io.github.nonplus.divergence.WindowDivergence;
import io.github.nonplus.files.FileDraft;
import io.github.nonplus.report.record.RecordDraft;
import java.nio.file.Path;
import java.util.Optional;

/// The files of `--per-window`, `--per-token` and `--record` of a comparison, filled as the windows
/// are done and there only if all of them were.
public final class DivergenceFiles implements AutoCloseable {
  private final Optional<FileDraft> windows;
  private final Optional<FileDraft> tokens;
  private final Path model;
  private final Optional<Path> target;
  private Optional<RecordDraft> record = Optional.empty();

  /// Begins those that are wanted, but for the record, which needs the windows.
  ///
  /// @param model the directory of the candidate
  public DivergenceFiles(
      Optional<Path> perWindow, Optional<Path> perToken, Optional<Path> record, Path model) {
    this.model = model;
    this.target = record;
    windows = perWindow.map(FileDraft::of);
    try {
      tokens = perToken.map(FileDraft::of);
    } catch (RuntimeException e) {
      windows.ifPresent(FileDraft::close);
      throw e;
    }
    windows.ifPresent(draft -> draft.write(DivergenceLines::writeWindowHeading));
    tokens.ifPresent(draft -> draft.write(DivergenceLines::writeTokenHeading));
  }

  /// Begins the record.
  ///
  /// @param windows the file of windows, or llama.cpp's file of log-probabilities
  public void begin(Path windows) {
    record = target.map(file -> RecordDraft.of(file, model, windows));
  }

  /// Adds a window.
  public void add(WindowDivergence window, DivergenceTally tally) {
    windows.ifPresent(draft -> draft.write(out -> DivergenceLines.writeWindow(out, window, tally)));
    tokens.ifPresent(draft -> draft.write(out -> DivergenceLines.writeTokens(out, window)));
    record.ifPresent(draft -> draft.add(window));
  }

  /// Makes them what they were meant to be.
  public void commit(DivergenceResult result) {
    record.ifPresent(draft -> draft.commit(result));
    windows.ifPresent(FileDraft::commit);
    tokens.ifPresent(FileDraft::commit);
  }

  @Override
  public void close() {
    windows.ifPresent(FileDraft::close);
    tokens.ifPresent(FileDraft::close);
    record.ifPresent(RecordDraft::close);
  }
}
