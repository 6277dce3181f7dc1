package io.github.nonplus.report;

import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.FileDraft;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The files of `--per-window` and `--per-token`, written as the windows are done and there only if
/// all of them were.
public final class ScoreFiles implements AutoCloseable {
  private final Optional<FileDraft> windows;
  private final Optional<FileDraft> tokens;

  /// Begins those that are wanted.
  public ScoreFiles(Optional<Path> perWindow, Optional<Path> perToken) {
    refuseOneForBoth(perWindow, perToken);
    windows = perWindow.map(FileDraft::of);
    try {
      tokens = perToken.map(FileDraft::of);
    } catch (RuntimeException e) {
      windows.ifPresent(FileDraft::close);
      throw e;
    }
    windows.ifPresent(draft -> draft.write(ScoreLines::writeWindowHeading));
    tokens.ifPresent(draft -> draft.write(ScoreLines::writeTokenHeading));
  }

  private static void refuseOneForBoth(Optional<Path> perWindow, Optional<Path> perToken) {
    Optional<Path> first = perWindow.map(ScoreFiles::place);
    if (first.isPresent() && first.equals(perToken.map(ScoreFiles::place))) {
      throw new OutputException(
          "%s cannot hold the values of windows and of tokens both; name two files"
              .formatted(perToken.get()));
    }
  }

  /// Where a file lies or will lie, links followed.
  private static Path place(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      return Files.exists(absolute)
          ? absolute.toRealPath()
          : absolute.getParent().toRealPath().resolve(absolute.getFileName());
    } catch (IOException e) {
      return absolute; // what is wrong with it is said when it is opened
    }
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
