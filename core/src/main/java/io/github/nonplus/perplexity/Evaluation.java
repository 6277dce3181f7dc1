package io.github.nonplus.perplexity;

import io.github.nonplus.corpus.Windows;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.BatchScores;
import io.github.nonplus.device.Executable;
import io.github.nonplus.failure.NotFiniteException;
import io.github.nonplus.verification.FirstNonFinite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;

/// Runs all windows through a program, a batch at a time, and hands out the scores in order.
///
/// @param tokensPerBatch the most tokens of a batch, unless one window alone is longer
/// @param windowsPerBatch the most windows of a batch
public record Evaluation(Windows windows, int tokensPerBatch, int windowsPerBatch) {
  /// Batches of `windowsPerBatch` windows, however long.
  public static Evaluation ofWindows(Windows windows, int windowsPerBatch) {
    return new Evaluation(windows, Integer.MAX_VALUE, windowsPerBatch);
  }

  /// Batches of up to `tokensPerBatch` tokens.
  public static Evaluation ofTokens(Windows windows, int tokensPerBatch) {
    return new Evaluation(windows, tokensPerBatch, Integer.MAX_VALUE);
  }

  /// The most tokens that any batch will have: what an executable must have room for.
  public int largestBatch() {
    return largestBatch(0, windows.count());
  }

  /// The same for the windows from `from` on and before `to`.
  public int largestBatch(int from, int to) {
    int largest = 0;
    for (int start = from; start < to; start = end(start, to)) {
      largest = Math.max(largest, tokens(start, end(start, to)));
    }
    return largest;
  }

  /// Hands out the batches in order, each with the index of its first window.
  public void batches(ObjIntConsumer<Batch> sink) {
    int to = windows.count();
    for (int start = 0; start < to; start = end(start, to)) {
      sink.accept(batch(windows, start, end(start, to)), start);
    }
  }

  /// Scores every window. A device that works by itself has the next batch before the scores of the
  /// last one are taken, so that it never waits for what is done with them.
  public void run(Executable executable, Consumer<WindowScore> sink) {
    run(executable, 0, windows.count(), batch -> batch.forEach(sink));
  }

  /// Scores the windows from `from` on and before `to`, and hands out a batch's windows together.
  public void run(Executable executable, int from, int to, Consumer<List<WindowScore>> sink) {
    run(executable, from, to, sink, (_, _) -> {});
  }

  /// The same with the experts that rows were routed to.
  ///
  /// @param routing is told of each batch before its windows are handed out
  void run(
      Executable executable,
      int from,
      int to,
      Consumer<List<WindowScore>> sink,
      BiConsumer<Batch, BatchScores> routing) {
    int start = from;
    Running running = from < to ? begin(executable, from, to) : null;
    while (start < to) {
      int next = end(start, to);
      Running following = next < to ? begin(executable, next, to) : null;
      BatchScores scores = running.scores().get();
      List<WindowScore> windowScores = scored(scores.nll(), start, next, executable);
      routing.accept(running.batch(), scores);
      sink.accept(windowScores);
      start = next;
      running = following;
    }
  }

  /// A batch that the device has, and what will come of it.
  private record Running(Batch batch, Supplier<BatchScores> scores) {}

  private Running begin(Executable executable, int start, int to) {
    Batch batch = batch(windows, start, end(start, to));
    return new Running(batch, executable.routedScores(batch));
  }

  /// The windows from `start` on and before `end`.
  private List<WindowScore> scored(double[] nll, int start, int end, Executable executable) {
    List<WindowScore> scores = new ArrayList<>();
    int at = 0;
    for (int w = start; w < end; w++) {
      int scored = windows.scored(w);
      WindowScore score =
          new WindowScore(w, windows.length(w) - scored, Arrays.copyOfRange(nll, at, at + scored));
      requireFinite(score, executable);
      scores.add(score);
      at += scored;
    }
    return scores;
  }

  /// The windows from `from` on and before `to` side by side, and which of their ids are scored.
  static Batch batch(Windows windows, int from, int to) {
    List<int[]> ids = new ArrayList<>();
    int[] scored = new int[to - from];
    int[] fed = new int[to - from];
    for (int w = from; w < to; w++) {
      ids.add(windows.window(w));
      scored[w - from] = windows.scored(w);
      fed[w - from] = windows.fed(w);
    }
    return Batch.scoring(ids, scored, fed);
  }

  /// Window `w` alone, all its ids but the first scored.
  static Batch whole(Windows windows, int w) {
    int scored = windows.length(w) - 1;
    return Batch.scoring(
        List.of(windows.window(w)), new int[] {scored}, new int[] {windows.fed(w)});
  }

  /// The window after the last of the batch that begins with window `start` and ends before `to`.
  private int end(int start, int to) {
    int end = start + 1;
    long tokens = windows.fed(start);
    while (end < to && end - start < windowsPerBatch) {
      tokens += windows.fed(end);
      if (tokens > tokensPerBatch) {
        break;
      }
      end++;
    }
    return end;
  }

  private int tokens(int start, int end) {
    int tokens = 0;
    for (int w = start; w < end; w++) {
      tokens = Math.addExact(tokens, windows.fed(w));
    }
    return tokens;
  }

  /// Runs a window that came to no number again, alone, to name what failed first.
  private void requireFinite(WindowScore score, Executable executable) {
    for (int i = 0; i < score.tokenNll().length; i++) {
      if (!Double.isFinite(score.tokenNll()[i])) {
        Batch alone = batch(windows, score.window(), score.window() + 1);
        Optional<FirstNonFinite> first = FirstNonFinite.of(executable, alone);
        throw new NotFiniteException(
            first.isPresent()
                ? "window %d, token %d: %s came out as %s, the first number that is not finite; on the device cpu, the model's numbers go beyond float32 (try hf-calculate-perplexity --precision float64); on another one, --device cpu tells whether the device is broken"
                    .formatted(
                        score.window() + 1,
                        first.get().token(),
                        first.get().place(),
                        first.get().value())
                : "window %d, token %d: the negative log-likelihood came out as %s, but not again when the window ran alone: the device's results depend on chance; update its driver, or use --device cpu"
                    .formatted(score.window() + 1, score.first() + i, score.tokenNll()[i]));
      }
    }
  }
}
