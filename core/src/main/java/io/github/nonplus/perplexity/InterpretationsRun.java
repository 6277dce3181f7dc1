package io.github.nonplus.perplexity;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.failure.RequestException;
import io.github.nonplus.model.interpretation.Difference;
import io.github.nonplus.model.interpretation.Interpretation;
import io.github.nonplus.model.interpretation.Interpretations;
import io.github.nonplus.perplexity.PerplexityRun.Listener;
import io.github.nonplus.perplexity.Result.Cost;
import io.github.nonplus.protocol.Protocols;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The interpretations of a checkpoint on the same windows, one after the other: the published
/// model, it with each difference alone, and last what has all of them, whose result says what each
/// costs.
final class InterpretationsRun {
  private final Request request;
  private final Listener listener;
  private final Map<String, List<WindowScore>> scores = new HashMap<>();
  private final Map<String, Double> perplexities = new HashMap<>();

  private InterpretationsRun(Request request, Listener listener) {
    this.request = request;
    this.listener = listener;
  }

  static Result of(Request request, Listener listener) {
    if (request.journal().isNamed()) {
      throw new RequestException("--as both keeps no journal of that name; leave --journal out");
    }
    if (request.library().isPresent()) {
      throw new RequestException(
          "--as both compiles each interpretation, and %s is one; leave --model-lib out"
              .formatted(request.library().get()));
    }
    return new InterpretationsRun(request, listener).run();
  }

  private Result run() {
    Interpretations all =
        ModelDirectory.open(request.model(), request.wanted().first()).interpretations();
    List<String> walk = all.walk();
    for (String name : walk) {
      all.find(Optional.of(name), request.model().toString());
    }
    String last = walk.getLast();
    for (String name : walk.subList(0, walk.size() - 1)) {
      PerplexityRun.of(request.with(request.wanted().withName(name)), new Apart(name));
    }
    Result[] found = new Result[1];
    Listener told =
        new Apart(last) {
          @Override
          public void note(String sentence) {
            listener.note(sentence);
          }

          @Override
          public void window(WindowScore score, Tally tally, int total) {
            keep(score);
            listener.window(score, tally, total);
          }

          @Override
          public void verifying(int done, int total) {
            listener.verifying(done, total);
          }

          @Override
          public void journal(java.nio.file.Path file, int finished) {
            listener.journal(file, finished);
          }

          @Override
          public void result(Result result) {
            super.result(result);
            found[0] = result.with(costs(result, all, last));
            listener.result(found[0]);
          }
        };
    PerplexityRun.of(request.with(request.wanted().withName(last)), told);
    return found[0];
  }

  private Result.InterpretationAccount costs(Result result, Interpretations all, String last) {
    Map<String, Cost> alone = new HashMap<>();
    Cost together = cost(last);
    for (Difference difference : all.differences()) {
      String name = Interpretations.with(difference);
      alone.put(difference.name(), scores.containsKey(name) ? cost(name) : together);
    }
    return result.model().interpretation().costing(together, alone);
  }

  /// The mean over the same windows of what tokens lose beyond the published model.
  private Cost cost(String name) {
    List<WindowScore> published = scores.get(Interpretation.SOURCE);
    WindowsFile file = WindowsFile.read(request.input());
    Tally tally = new Tally(Protocols.of(file).averaging().ofOtherThanLosses(), file.extent());
    List<WindowScore> its = scores.get(name);
    for (int w = 0; w < its.size(); w++) {
      double[] beyond = its.get(w).tokenNll().clone();
      for (int i = 0; i < beyond.length; i++) {
        beyond[i] -= published.get(w).tokenNll()[i];
      }
      tally.add(new WindowScore(its.get(w).window(), its.get(w).first(), beyond));
    }
    double error = tally.standardErrorNll();
    return new Cost(
        tally.meanNll(),
        Double.isNaN(error) ? null : error,
        perplexities.get(Interpretation.SOURCE),
        perplexities.get(name));
  }

  /// A run whose windows nobody else sees.
  private class Apart implements Listener {
    private final String name;
    private final List<WindowScore> kept = new ArrayList<>();

    Apart(String name) {
      this.name = name;
      scores.put(name, kept);
    }

    final void keep(WindowScore score) {
      kept.add(score);
    }

    @Override
    public void note(String sentence) {
      listener.note("As %s: %s".formatted(name, sentence));
    }

    @Override
    public void window(WindowScore score, Tally tally, int total) {
      keep(score);
      listener.apart(name, kept.size(), total);
    }

    @Override
    public void result(Result result) {
      perplexities.put(name, result.perplexity());
    }
  }
}
