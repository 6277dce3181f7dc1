package io.github.nonplus.report;

import io.github.nonplus.files.FileDraft;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.report.record.RecordDraft;
import java.nio.file.Path;
import java.util.Optional;

/// The files of `--per-window`, `--per-token` and `--record`, filled as the windows are done and
/// there only if all of them were.
public final class ScoreFiles implements AutoCloseable {
  private final Optional<FileDraft> windows;
  private final Optional<FileDraft> tokens;
  private final Optional<RecordDraft> record;

  /// Begins those that are wanted.
  ///
  /// @param model the directory of the model that scores
  /// @param input the file of windows that it scores
  public ScoreFiles(
      Optional<Path> perWindow,
      Optional<Path> perToken,
      Optional<Path> record,
      Path model,
      Path input) {
    windows = perWindow.map(FileDraft::of);
    try {
      tokens = perToken.map(FileDraft::of);
    } catch (RuntimeException e) {
      windows.ifPresent(FileDraft::close);
      throw e;
    }
    try {
      this.record = record.map(target -> RecordDraft.of(target, model, input));
    } catch (RuntimeException e) {
      windows.ifPresent(FileDraft::close);
      tokens.ifPresent(FileDraft::close);
      throw e;
    }
    windows.ifPresent(draft -> draft.write(ScoreLines::writeWindowHeading));
    tokens.ifPresent(draft -> draft.write(ScoreLines::writeTokenHeading));
  }

  /// Adds a window.
  public void add(WindowScore score, Tally tally) {
    windows.ifPresent(draft -> draft.write(out -> ScoreLines.writeWindow(out, score, tally)));
    tokens.ifPresent(draft -> draft.write(out -> ScoreLines.writeTokens(out, score)));
    record.ifPresent(draft -> draft.add(score));
  }

  /// Makes them what they were meant to be.
  public void commit(Result result) {
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
