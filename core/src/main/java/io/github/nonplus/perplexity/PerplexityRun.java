package io.github.nonplus.perplexity;

import io.github.nonplus.corpus.Unigram;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.device.Computation;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.journal.Journal;
import io.github.nonplus.journal.JournalHeader;
import io.github.nonplus.library.Function;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.stability.Api;
import io.github.nonplus.verification.Tolerance;
import io.github.nonplus.verification.Verdict;
import io.github.nonplus.verification.Verification;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/// One evaluation from request to result: everything is checked before the first window runs.
@Api
public final class PerplexityRun {
  /// The device that others are held against.
  private static final String REFERENCE = "cpu";

  private final Request request;
  private final Listener listener;

  private PerplexityRun(Request request, Listener listener) {
    this.request = request;
    this.listener = listener;
  }

  /// Who watches a run.
  public interface Listener {
    /// Something the user should know, as a sentence.
    void note(String sentence);

    /// A window is done.
    ///
    /// @param tally all windows so far, this one included
    /// @param total windows in all
    void window(WindowScore score, Tally tally, int total);

    /// Before the first window: so many windows have run on the reference as well, and the device
    /// agrees. Begins with none.
    default void verifying(int done, int total) {}

    /// Before the first window, where several interpretations are compared: so many windows of
    /// another one are done.
    default void apart(String interpretation, int done, int total) {}

    /// Finished windows are kept in `file`, which had so many when the run began.
    default void journal(Path file, int finished) {}

    /// The result is there. Only when this has returned is a journal removed that nobody named.
    default void result(Result result) {}
  }

  /// Runs it. A journal that nobody named is removed once the listener has the result.
  public static Result of(Request request, Listener listener) {
    if (!request.shard().isWhole()) {
      throw new IllegalArgumentException("a part of the windows has no result of its own");
    }
    return request.wanted().isBoth()
        ? InterpretationsRun.of(request, listener)
        : new PerplexityRun(request, listener).run();
  }

  /// Runs a part of the windows, whose scores are in the journal afterwards.
  ///
  /// @param request whose journal is named
  public static void shard(Request request, Listener listener) {
    if (!request.journal().isNamed()) {
      throw new IllegalArgumentException("the scores of a part would be lost");
    }
    new PerplexityRun(request, listener).run();
  }

  private Result run() {
    // The device first: one that has something to prepare does so while the model is read.
    try (Device device = Devices.open(request.device(), request.options())) {
      return run(device);
    }
  }

  private Result run(Device device) {
    ScoringModel model =
        ScoringModel.open(
            request.model(),
            request.wanted(),
            request.library(),
            request.context(),
            request.device(),
            listener::note);
    Function score = model.score();
    Computation computation = computation(device, model);
    device.expect(score);
    WindowsFile file = WindowsFile.read(request.input());
    Protocols.of(file); // refuses what it does not know, before anything is read
    model.requireScorable(file);
    requireWindows(file);
    Optional<WindowsOrigin> origin = WindowsOrigin.beside(file);
    model.tokenizerWarning(file, origin).ifPresent(listener::note);
    try (ModelWeights weights = model.directory().openWeights()) {
      RunAccount account = RunAccount.of(model, weights, file, origin);
      Supplier<JournalHeader> header =
          () ->
              new JournalHeader(
                  file.windows().count(),
                  request.shard(),
                  RunIdentity.of(account, score.program(), device, computation),
                  account.json());
      try (Opened journal =
          new Opened(request.journal().open(header, listener::note), request.journal().isNamed())) {
        JournaledScores scores =
            new JournaledScores(file.windows(), request.shard(), journal.journal());
        journal
            .journal()
            .ifPresent(each -> listener.journal(each.file(), each.before().finished().size()));
        scores.announce(listener::note);
        RunTally tally = account.tally();
        List<Session> sessions = journal.sessions(Session.now(device, computation));
        RoutingTally routing = new RoutingTally();
        Verdict verdict = run(device, model, weights, file.windows(), scores, tally, routing);
        if (request.shard().isWhole()) { // a part's mean is not of all these ids
          unigramAlarm(file.windows(), tally.all(), model.directory().quantization())
              .ifPresent(listener::note);
          account.overflow(tally.all()).ifPresent(listener::note);
        }
        Result result =
            account
                .result(tally, sessions, scores.seconds(), PeakMemory.bytes(), verdict)
                .with(routing.account().orElse(null));
        listener.result(result);
        journal.done();
        return result;
      }
    }
  }

  /// The journal, if one is kept.
  ///
  /// @param isNamed whether it is the user's own file, which is never removed
  private record Opened(Optional<Journal> journal, boolean isNamed) implements AutoCloseable {
    /// All starts of this run, `now` included, which the journal keeps from here on.
    List<Session> sessions(Session now) {
      List<Session> sessions = new ArrayList<>();
      journal.ifPresent(
          each -> {
            sessions.addAll(Session.of(each.before(), each.file()));
            each.start(now.json());
          });
      sessions.add(now);
      return sessions;
    }

    /// The result is out.
    void done() {
      if (!isNamed) {
        journal.ifPresent(Journal::remove);
      }
    }

    /// A run that failed before its first window leaves nothing behind.
    @Override
    public void close() {
      if (!isNamed) {
        journal.filter(Journal::isEmpty).ifPresent(Journal::remove);
      }
      journal.ifPresent(Journal::close);
    }
  }

  private static Computation computation(Device device, ScoringModel model) {
    return device.computation(model.score().program(), model.library().code());
  }

  private Verdict run(
      Device device,
      ScoringModel model,
      ModelWeights weights,
      Windows windows,
      JournaledScores scores,
      RunTally tally,
      RoutingTally routing) {
    Evaluation evaluation =
        request.windowsPerBatch().isPresent()
            ? Evaluation.ofWindows(windows, request.windowsPerBatch().getAsInt())
            : Evaluation.ofTokens(windows, model.batchTokens(computation(device, model)));
    int largest = evaluation.largestBatch(scores.first(), scores.end());
    Function score = model.score();
    try (Executable executable = device.load(score, model.library().code(), weights, largest)) {
      Optional<Verification> verification =
          verified(device, executable, score, computation(device, model), weights, windows, scores);
      Consumer<WindowScore> each =
          window -> {
            verification.ifPresent(one -> one.requireSame(window.window(), window.tokenNll()));
            tally.add(window);
            listener.window(window, tally.all(), scores.end() - scores.first());
          };
      scores.replay(each);
      long[] begin = {System.nanoTime()};
      evaluation.run(
          executable,
          scores.next(),
          scores.end(),
          batch -> {
            scores.add(batch, (System.nanoTime() - begin[0]) / 1e9);
            batch.forEach(each);
            begin[0] = System.nanoTime();
          },
          routing::add);
      return verification.map(Verification::verdict).orElse(null);
    }
  }

  private void requireWindows(WindowsFile file) {
    if (request.shard().of() > file.windows().count()) {
      throw new CorpusException(
          "%s has %d windows, too few for %d parts; split it in fewer"
              .formatted(file.path(), file.windows().count(), request.shard().of()));
    }
  }

  /// A sentence if the ids alone, without any context, would have been guessed better.
  private static Optional<String> unigramAlarm(Windows windows, Tally tally, String scheme) {
    Unigram unigram = Unigram.of(windows);
    double mean = tally.sum() / tally.tokens();
    return unigram.isBetterThan(mean)
        ? Optional.of(
            ("Warning: the model guesses these ids worse (perplexity %.1f by token) than their mere"
                    + " frequencies would (%.1f): are they of its tokenizer, and its weights whole?%s")
                .formatted(
                    Math.exp(mean),
                    unigram.perplexity(),
                    scheme.equals("source")
                        ? ""
                        : (" If so, quantization to %s has destroyed it: the same windows with the"
                                + " checkpoint it was made from tell")
                            .formatted(scheme)))
        : Optional.empty();
  }

  /// Runs some windows on the CPU as well, before all of them run on the device. The CPU itself is
  /// held against its scalar kernels.
  private Optional<Verification> verified(
      Device device,
      Executable executable,
      Function score,
      Computation computation,
      ModelWeights weights,
      Windows windows,
      JournaledScores scores) {
    if (request.verify().isEmpty()) {
      return Optional.empty();
    }
    int[] chosen =
        Arrays.stream(
                Verification.spread(scores.end() - scores.first(), request.verify().getAsInt()))
            .map(window -> scores.first() + window)
            .toArray();
    int longest = Arrays.stream(chosen).map(windows::fed).max().orElseThrow();
    Optional<String> kernels =
        device.name().equals(REFERENCE) ? Optional.of("scalar") : Optional.empty();
    DeviceOptions options = new DeviceOptions(request.options().threads(), kernels);
    try (Device cpu = Devices.open(REFERENCE, options);
        Executable reference = cpu.load(score, weights, Math.multiplyExact(2, longest))) {
      Verification verification =
          new Verification(
              device.name(),
              score.program(),
              executable,
              "%s, kernels %s".formatted(cpu.name(), cpu.kernels()),
              reference,
              Tolerance.of(score.program(), computation.arithmetic(), longest));
      listener.verifying(0, chosen.length);
      for (int i = 0; i < chosen.length; i++) {
        verification.compare(chosen[i], Evaluation.whole(windows, chosen[i]));
        listener.verifying(i + 1, chosen.length);
      }
      return Optional.of(verification);
    }
  }
}
