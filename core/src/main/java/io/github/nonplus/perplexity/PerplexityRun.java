package io.github.nonplus.perplexity;

import io.github.nonplus.corpus.Unigram;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.library.Function;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import io.github.nonplus.verification.Tolerance;
import io.github.nonplus.verification.Verification;
import io.github.nonplus.version.Version;
import io.github.nonplus.weights.ModelWeights;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Optional;

/// One evaluation from request to result: everything is checked before the first window runs.
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
  }

  /// Runs it.
  public static Result of(Request request, Listener listener) {
    return new PerplexityRun(request, listener).result();
  }

  private Result result() {
    Devices.requireKnown(request.device());
    ScoringModel model =
        ScoringModel.open(request.model(), request.library(), request.device(), listener::note);
    Function score = model.score();
    WindowsFile file = WindowsFile.read(request.input());
    Protocol protocol = Protocols.of(file);
    model.requireScorable(file);
    Evaluation evaluation =
        request.windowsPerBatch().isPresent()
            ? Evaluation.ofWindows(file.windows(), request.windowsPerBatch().getAsInt())
            : Evaluation.ofTokens(file.windows(), model.library().prefillChunk());
    Optional<WindowsOrigin> origin = WindowsOrigin.beside(file);
    Optional<String> tokenizerSha256 = model.tokenizerSha256();
    model.tokenizerWarning(file, origin).ifPresent(listener::note);
    Optional<String> librarySha256 = model.librarySha256();
    Tally tally = new Tally(protocol.averaging(), file.extent());
    DocumentTallies documents = new DocumentTallies(protocol.averaging(), file.sections());
    Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    try (Device device = Devices.open(request.device(), request.options());
        ModelWeights weights = model.directory().openWeights();
        Executable executable =
            device.load(score, model.library().code(), weights, evaluation.largestBatch())) {
      Result.ModelAccount account = model.account(weights, tokenizerSha256);
      Optional<Verification> verification =
          verified(device, executable, score, weights, file.windows());
      long begin = System.nanoTime();
      evaluation.run(
          executable,
          window -> {
            verification.ifPresent(each -> each.requireSame(window.window(), window.tokenNll()));
            tally.add(window);
            documents.add(window);
            listener.window(window, tally, file.windows().count());
          });
      unigramAlarm(file.windows(), tally).ifPresent(listener::note);
      double seconds = (System.nanoTime() - begin) / 1e9;
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
          execution(device, librarySha256, started, seconds, file.windows().ids() / seconds),
          verification.map(Verification::verdict).orElse(null),
          Version.ofRun(),
          documents.figures(protocol.figures(), tally),
          documents.results());
    }
  }

  /// A sentence if the ids alone, without any context, would have been guessed better.
  private static Optional<String> unigramAlarm(Windows windows, Tally tally) {
    Unigram unigram = Unigram.of(windows);
    double mean = tally.sum() / tally.tokens();
    return unigram.isBetterThan(mean)
        ? Optional.of(
            ("Warning: the model guesses these ids worse (perplexity %.1f by token) than their mere"
                    + " frequencies would (%.1f): are they of its tokenizer, and its weights whole?"
                    + " See nonplus inspect --tokenizer")
                .formatted(Math.exp(mean), unigram.perplexity()))
        : Optional.empty();
  }

  /// Runs some windows on the CPU as well, before all of them run on the device. The CPU itself is
  /// held against its scalar kernels.
  private Optional<Verification> verified(
      Device device, Executable executable, Function score, ModelWeights weights, Windows windows) {
    if (request.verify().isEmpty()) {
      return Optional.empty();
    }
    int[] chosen = Verification.spread(windows.count(), request.verify().getAsInt());
    int longest = Arrays.stream(chosen).map(windows::fed).max().orElseThrow();
    Optional<String> kernels =
        device.name().equals(REFERENCE) ? Optional.of("scalar") : Optional.empty();
    DeviceOptions options = new DeviceOptions(request.options().threads(), kernels);
    try (Device cpu = Devices.open(REFERENCE, options);
        Executable reference = cpu.load(score, weights, longest)) {
      Verification verification =
          new Verification(
              device.name(),
              score.program(),
              executable,
              "%s, kernels %s".formatted(cpu.name(), cpu.kernels()),
              reference,
              Tolerance.of(score.program(), device.arithmetic(), longest));
      listener.verifying(0, chosen.length);
      for (int i = 0; i < chosen.length; i++) {
        verification.compare(chosen[i], Evaluation.whole(windows, chosen[i]));
        listener.verifying(i + 1, chosen.length);
      }
      return Optional.of(verification);
    }
  }

  private Result.Execution execution(
      Device device,
      Optional<String> librarySha256,
      Instant started,
      double seconds,
      double tokensPerSecond) {
    return new Result.Execution(
        device.name(),
        device.description(),
        device.kernels(),
        device.threads(),
        device.arithmetic().words(),
        request.library().map(Path::toString).orElse(null),
        librarySha256.orElse(null),
        started,
        seconds,
        tokensPerSecond,
        PeakMemory.bytes());
  }

  /// A standard error, or null where one window alone leaves it open.
  private static Double known(double standardError) {
    return Double.isNaN(standardError) ? null : standardError;
  }
}
