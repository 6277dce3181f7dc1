package io.github.nonplus.report;

import io.github.nonplus.files.FileDraft;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import java.nio.file.Path;
import java.util.Optional;

/// The files of `--per-window` and `--per-token`, written as the windows are done and there only if
/// all of them were.
public final class ScoreFiles implements AutoCloseable {
  private final Optional<FileDraft> windows;
  private final Optional<FileDraft> tokens;

  /// Begins those that are wanted.
  public ScoreFiles(Optional<Path> perWindow, Optional<Path> perToken) {
    windows = perWindow.map(FileDraft::of);
    tokens = perToken.map(FileDraft::of);
    windows.ifPresent(draft -> draft.write(ScoreLines::writeWindowHeading));
    tokens.ifPresent(draft -> draft.write(ScoreLines::writeTokenHeading));
  }

  /// Adds a window.
  public void add(WindowScore score, Tally tally) {
    windows.ifPresent(draft -> draft.write(out -> ScoreLines.writeWindow(out, score, tally)));
    tokens.ifPresent(draft -> draft.write(out -> ScoreLines.writeTokens(out, score)));
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
