package io.github.nonplus.cli;

import io.github.nonplus.failure.OutputException;
import io.github.nonplus.files.Interruption;
import io.github.nonplus.perplexity.PerplexityRun;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.report.ResultText;
import io.github.nonplus.report.ScoreFiles;
import io.github.nonplus.report.ScoreLines;
import io.github.nonplus.report.record.ResultJson;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/// Shows a run: values on standard output and in files, how far it is on standard error. When the
/// process is ended early, it leaves whole lines, no half of a file, and a sentence that says what
/// is lost.
final class RunDisplay implements PerplexityRun.Listener, AutoCloseable {
  /// What goes to standard output.
  enum Output {
    WORDS,
    JSON,
    /// Nothing: the windows are a part of a run, and in its journal.
    PART
  }

  private final PrintWriter out;
  private final PrintWriter err;
  private final Output output;
  private final boolean running;
  private final ScoreFiles files;
  private final ReentrantLock lock = new ReentrantLock();
  private final Interruption.Registration lastWords = Interruption.lastWords(this::interrupted);
  private ConsoleProgress progress;
  private Optional<Path> journal = Optional.empty();
  private long done;
  private long before;
  private boolean over;

  /// @param running whether only the running perplexities are printed of windows
  RunDisplay(PrintWriter out, PrintWriter err, Output output, boolean running, ScoreFiles files) {
    this.out = out;
    this.err = err;
    this.output = output;
    this.running = running;
    this.files = files;
    this.progress = ConsoleProgress.on(err, "windows");
  }

  @Override
  public void note(String sentence) {
    show(() -> err.println(sentence));
  }

  @Override
  public void journal(Path file, int finished) {
    journal = Optional.of(file);
    before = finished;
    show(() -> restart("windows", before));
  }

  @Override
  public void verifying(int verified, int total) {
    show(
        () -> {
          if (verified == 0) {
            restart("windows verified", 0);
          }
          progress.update(verified, total, "");
          if (verified == total) {
            restart("windows", before);
          }
        });
  }

  @Override
  public void apart(String interpretation, int finished, int total) {
    show(
        () -> {
          if (finished == 1) {
            restart("windows as " + interpretation, 0);
          }
          progress.update(finished, total, "");
          if (finished == total) {
            restart("windows", before);
          }
        });
  }

  private void restart(String unit, long from) {
    progress.close();
    progress = ConsoleProgress.on(err, unit, from);
  }

  @Override
  public void window(WindowScore score, Tally tally, int total) {
    show(
        () -> {
          files.add(score, tally);
          if (output == Output.WORDS) {
            progress.wipe();
            print(score, tally, total);
            out.flush();
          }
          done = tally.windows();
          if (done > before || done == total) {
            progress.update(
                done, total, String.format(Locale.ROOT, "perplexity %.4f", tally.perplexity()));
          }
        });
  }

  private void print(WindowScore score, Tally tally, int total) {
    if (running) {
      out.print(ScoreLines.running(tally) + (tally.windows() == total ? "\n" : ""));
    } else {
      out.println(ScoreLines.of(score, tally, total));
    }
  }

  @Override
  public void result(Result result) {
    show(
        () -> {
          progress.close();
          files.commit(result);
          switch (output) {
            case WORDS -> ResultText.of(result).forEach(out::println);
            case JSON -> ScreenWriter.printJson(out, ResultJson.of(result));
            case PART ->
                err.println(
                    "All %d windows of this part are in %s; nonplus merge joins the parts."
                        .formatted(done, journal.orElseThrow()));
          }
          if (out.checkError()) {
            throw new OutputException(
                "the result could not be written to standard output"
                    + journal.map(file -> "; the windows are in the journal " + file).orElse(""));
          }
        });
  }

  /// Does one thing that an interruption must not fall into. After an interruption the calling
  /// thread stays here: nothing may follow the last words, and the process is about to end.
  private void show(Runnable change) {
    lock.lock();
    try {
      while (over) {
        LockSupport.park();
      }
      change.run();
    } finally {
      lock.unlock();
    }
  }

  /// The last words. They do not wait long: whoever reads the output may have stopped reading, so
  /// that the run itself hangs.
  private void interrupted() {
    try {
      if (!lock.tryLock(1, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      return;
    }
    try {
      over = true;
      progress.close();
      err.println(
          journal
              .map(
                  file ->
                      ("Interrupted: %d finished windows are in the journal %s, from which the same"
                              + " command goes on.")
                          .formatted(Math.max(done, before), file))
              .orElse("Interrupted: there is no journal to go on from."));
      err.flush();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    lastWords.close();
    progress.close();
  }
}
