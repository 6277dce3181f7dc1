package io.github.nonplus.reference;

import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.perplexity.DocumentTallies;
import io.github.nonplus.perplexity.Overflow;
import io.github.nonplus.perplexity.PeakMemory;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.Tally;
import io.github.nonplus.perplexity.WindowScore;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.version.Version;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One check from request to results: every variant of the model scores the same windows, one
/// variant after another, as many windows at once as its engine takes.
public final class ReferenceRun {
  private final ReferenceRequest request;
  private final Listener listener;
  private final WindowsFile file;
  private final Optional<WindowsOrigin> origin;

  /// The windows that are wanted: from `first`, counted from 0, and before `end`.
  private final int first;

  private final int end;

  private ReferenceRun(ReferenceRequest request, Listener listener) {
    this.request = request;
    this.listener = listener;
    this.file = WindowsFile.read(request.input());
    this.origin = WindowsOrigin.beside(file);
    this.first = request.range().map(range -> range.first() - 1).orElse(0);
    this.end = request.range().map(WindowRange::last).orElse(file.windows().count());
    if (end > file.windows().count()) {
      throw new CorpusException(
          "%s has %d windows, so there are no windows %s"
              .formatted(file.path(), file.windows().count(), request.range().get()));
    }
  }

  /// Who watches a run.
  public interface Listener {
    /// Something the user should know, as a sentence.
    void note(String sentence);

    /// A variant's model is loaded; its first window is next.
    void begin(Variant variant);

    /// A window is done.
    ///
    /// @param tally all windows of the variant so far, this one included
    /// @param first the first window of the run, counted from 0
    /// @param end the window after the last
    void window(Variant variant, WindowScore score, Tally tally, int first, int end);
  }

  /// Runs it: a result for each variant, in the order of the request.
  public static List<Result> of(ReferenceRequest request, Listener listener) {
    ReferenceRun run = new ReferenceRun(request, listener);
    List<Result> results = new ArrayList<>();
    for (Variant variant : request.variants()) {
      results.add(run.result(variant));
    }
    return results;
  }

  private Result result(Variant variant) {
    try (ReferenceModel model =
        request.engine().open(request.model(), variant, request.threads(), listener::note)) {
      requireScorable(model);
      Result.ModelAccount account = model.account();
      warnOfAnotherTokenizer(account);
      listener.begin(variant);
      Windows windows = file.windows();
      Protocol protocol = Protocols.of(file);
      Tally tally = new Tally(protocol.averaging(), file.extent());
      DocumentTallies documents = new DocumentTallies(protocol.averaging(), file.sections());
      Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
      long begin = System.nanoTime();
      for (int w = first; w < end; ) {
        List<WindowScore> batch = scores(model, windows, w);
        for (WindowScore score : batch) {
          tally.add(score);
          documents.add(score);
          listener.window(variant, score, tally, first, end);
        }
        w += batch.size();
      }
      double seconds = (System.nanoTime() - begin) / 1e9;
      Overflow.sentence(protocol.averaging(), file.extent().words(), tally.meanNll())
          .ifPresent(listener::note);
      Result.Execution execution = execution(model.facts(), started, seconds);
      return result(protocol, account, tally, documents, execution, model.facts());
    }
  }

  /// As many windows from `from` on as are best scored at once, at least one.
  private List<WindowScore> scores(ReferenceModel model, Windows windows, int from) {
    List<Scoring> wanted = new ArrayList<>();
    int tokens = 0;
    for (int w = from; w < end; w++) {
      tokens += windows.fed(w);
      if (w > from && tokens > model.batchTokens()) {
        break;
      }
      wanted.add(new Scoring(windows.window(w), windows.scored(w), windows.fed(w)));
    }
    List<double[]> losses = model.score(wanted);
    List<WindowScore> scores = new ArrayList<>();
    for (int i = 0; i < losses.size(); i++) {
      int w = from + i;
      scores.add(new WindowScore(w, windows.length(w) - windows.scored(w), losses.get(i)));
      requireFinite(scores.getLast());
    }
    return scores;
  }

  private Result result(
      Protocol protocol,
      Result.ModelAccount account,
      Tally tally,
      DocumentTallies documents,
      Result.Execution execution,
      ReferenceModel.Facts facts) {
    Map<String, String> versions = new LinkedHashMap<>(Version.ofRun());
    versions.putAll(facts.versions());
    return new Result(
        tally.perplexity(),
        tally.meanNll(),
        known(tally.standardError()),
        known(tally.standardErrorNll()),
        tally.windows(),
        tally.tokens(),
        protocol.name(),
        protocol.averaging().law(),
        Result.Corpus.of(file, origin),
        account,
        execution,
        null,
        versions,
        figures(documents.figures(protocol.figures(), tally)),
        documents.results());
  }

  /// A part of the windows is named, so that its number is not taken for that of all.
  private Map<String, Double> figures(Map<String, Double> ofProtocol) {
    Map<String, Double> figures = new LinkedHashMap<>(ofProtocol);
    if (request.range().isPresent()) {
      figures.put("first_window", (double) first + 1);
      figures.put("last_window", (double) end);
    }
    return figures;
  }

  private Result.Execution execution(ReferenceModel.Facts facts, Instant started, double seconds) {
    return new Result.Execution(
        facts.engine(),
        facts.description(),
        facts.kernels(),
        facts.threads(),
        facts.arithmetic(),
        null,
        null,
        started,
        1,
        seconds,
        file.windows().slice(first, end).ids() / seconds,
        PeakMemory.bytes());
  }

  private void requireScorable(ReferenceModel model) {
    file.checkVocabulary(model.vocabulary());
    for (int w = first; w < end; w++) {
      int length = file.windows().fed(w);
      if (length > model.longestWindow()) {
        throw new CorpusException(
            "%s: line %d is a window of %d ids, longer than the %d that the model takes; use shorter windows"
                .formatted(file.path(), file.line(w), length, model.longestWindow()));
      }
    }
  }

  private void warnOfAnotherTokenizer(Result.ModelAccount account) {
    if (origin.isPresent()
        && account.tokenizerSha256() != null
        && !origin.get().tokenizerSha256().equals(account.tokenizerSha256())) {
      listener.note(
          "Warning: %s was made with another tokenizer.json than the one in %s; if the ids differ, the perplexity means nothing"
              .formatted(file.path(), account.path()));
    }
  }

  private void requireFinite(WindowScore score) {
    for (int i = 0; i < score.tokenNll().length; i++) {
      if (!Double.isFinite(score.tokenNll()[i])) {
        throw new DeviceException(
            "window %d, token %d: the negative log-likelihood came out as %s; the weights in %s are broken, or too large for this precision"
                .formatted(
                    score.window() + 1, score.first() + i, score.tokenNll()[i], request.model()));
      }
    }
  }

  /// A standard error, or null where one window alone leaves it open.
  private static Double known(double standardError) {
    return Double.isNaN(standardError) ? null : standardError;
  }
}
