package io.github.nonplus.report;

import io.github.nonplus.divergence.DivergenceTally;
import io.github.nonplus.divergence.WindowDivergence;
import io.github.nonplus.files.FileDraft;
import java.nio.file.Path;
import java.util.Optional;

/// The files of `--per-window` and `--per-token` of a comparison, written as the windows are done
/// and there only if all of them were.
public final class DivergenceFiles implements AutoCloseable {
  private final Optional<FileDraft> windows;
  private final Optional<FileDraft> tokens;

  /// Begins those that are wanted.
  public DivergenceFiles(Optional<Path> perWindow, Optional<Path> perToken) {
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

  /// Adds a window.
  public void add(WindowDivergence window, DivergenceTally tally) {
    windows.ifPresent(draft -> draft.write(out -> DivergenceLines.writeWindow(out, window, tally)));
    tokens.ifPresent(draft -> draft.write(out -> DivergenceLines.writeTokens(out, window)));
  }

  /// Makes them what they were meant to be.
  public void commit() {
    windows.ifPresent(FileDraft::commit);
    tokens.ifPresent(FileDraft::commit);
  }

  @Override
  public void close() {
    windows.ifPresent(FileDraft::close);
    tokens.ifPresent(FileDraft::close);
  }
}
