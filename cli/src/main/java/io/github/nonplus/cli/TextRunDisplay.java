package io.github.nonplus.cli;

import io.github.nonplus.measurement.TextPerplexity;
import io.github.nonplus.measurement.WindowsAccount;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.report.ScoreFiles;
import io.github.nonplus.report.WindowsText;
import java.io.PrintWriter;
import java.nio.file.Path;

/// Shows a run whose windows are not there yet when it begins: first the windows, then, as
/// [RunDisplay] does, the run over them.
final class TextRunDisplay implements TextPerplexity.Listener, AutoCloseable {
  private final PrintWriter out;
  private final PrintWriter err;
  private final ScoreOptions scores;
  private final Path model;
  private ScoreFiles files;
  private RunDisplay run;

  /// @param model whose tokenizer knows what ids stand for
  TextRunDisplay(PrintWriter out, PrintWriter err, ScoreOptions scores, Path model) {
    this.out = out;
    this.err = err;
    this.scores = scores;
    this.model = model;
  }

  @Override
  public void windows(WindowsAccount windows) {
    if (!scores.json) {
      WindowsText.of(windows).forEach(out::println);
      out.flush();
    }
    files = scores.begin(model, windows.file());
    run = new RunDisplay(out, err, scores.output(), false, files);
  }

  @Override
  public void note(String sentence) {
    if (run == null) {
      err.println(sentence);
    } else {
      run.note(sentence);
    }
  }

  @Override
  public void journal(Path file, int finished) {
    run.journal(file, finished);
  }

  @Override
  public void apart(String interpretation, int done, int total) {
    run.apart(interpretation, done, total);
  }

  @Override
  public void verifying(int done, int total) {
    run.verifying(done, total);
  }

  @Override
  public void window(WindowScore score, Tally tally, int total) {
    run.window(score, tally, total);
  }

  @Override
  public void result(Result result) {
    run.result(result);
  }

  @Override
  public void close() {
    if (run != null) {
      run.close();
    }
    if (files != null) {
      files.close();
    }
  }
}
