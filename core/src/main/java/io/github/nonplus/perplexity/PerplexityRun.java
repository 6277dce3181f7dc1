package io.github.nonplus.perplexity;

import io.github.nonplus.checkpoint.ModelDirectory;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.device.Device;
import io.github.nonplus.device.DeviceOptions;
import io.github.nonplus.device.Devices;
import io.github.nonplus.device.Executable;
import io.github.nonplus.failure.CompileException;
import io.github.nonplus.failure.CorpusException;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.files.Reason;
import io.github.nonplus.files.Sha256;
import io.github.nonplus.library.CompileOptions;
import io.github.nonplus.library.Compiler;
import io.github.nonplus.library.Function;
import io.github.nonplus.library.LibraryFile;
import io.github.nonplus.library.ModelLibrary;
import io.github.nonplus.verification.Tolerance;
import io.github.nonplus.verification.Verification;
import io.github.nonplus.version.Version;
import io.github.nonplus.weights.ModelWeights;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// One evaluation from request to result: everything is checked before the first window runs.
public final class PerplexityRun {
  /// The name of the only protocol so far: overlapping windows, each scored from its second id on.
  public static final String PROTOCOL = "qualcomm-mlc";

  static final String AVERAGING = "exp of the mean over windows of the mean over scored tokens";

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
    ModelDirectory directory = ModelDirectory.open(request.model());
    ModelLibrary library = library(directory);
    Function score = library.score(libraryName());
    WindowsFile file = WindowsFile.read(request.input());
    requireScorable(file, directory, library);
    Evaluation evaluation =
        request.windowsPerBatch().isPresent()
            ? Evaluation.ofWindows(file.windows(), request.windowsPerBatch().getAsInt())
            : Evaluation.ofTokens(file.windows(), library.prefillChunk());
    Optional<WindowsOrigin> origin = WindowsOrigin.beside(file);
    Optional<String> tokenizerSha256 = tokenizerSha256(directory);
    compareTokenizers(origin, tokenizerSha256);
    Optional<String> librarySha256 = request.library().map(PerplexityRun::sha256);
    Tally tally = new Tally();
    Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    try (Device device = Devices.open(request.device(), request.options());
        ModelWeights weights = directory.openWeights();
        Executable executable = device.load(score, weights, evaluation.largestBatch())) {
      Result.ModelAccount account = account(directory, weights, tokenizerSha256);
      Optional<Verification> verification =
          verified(device, executable, score, weights, file.windows());
      long begin = System.nanoTime();
      evaluation.run(
          executable,
          window -> {
            verification.ifPresent(each -> each.requireSame(window.window(), window.tokenNll()));
            tally.add(window);
            listener.window(window, tally, file.windows().count());
          });
      double seconds = (System.nanoTime() - begin) / 1e9;
      return new Result(
          tally.perplexity(),
          tally.meanNll(),
          known(tally.standardError()),
          known(tally.standardErrorNll()),
          tally.windows(),
          tally.tokens(),
          PROTOCOL,
          AVERAGING,
          corpus(file, origin),
          account,
          execution(device, librarySha256, started, seconds, file.windows().ids() / seconds),
          verification.map(Verification::verdict).orElse(null),
          versions());
    }
  }

  /// Runs some windows on the CPU as well, before all of them run on the device. The CPU itself is
  /// held against its scalar kernels.
  private Optional<Verification> verified(
      Device device, Executable executable, Function score, ModelWeights weights, Windows windows) {
    if (request.verify().isEmpty()) {
      return Optional.empty();
    }
    int[] chosen = Verification.spread(windows.count(), request.verify().getAsInt());
    int longest = Arrays.stream(chosen).map(windows::length).max().orElseThrow();
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
        verification.compare(chosen[i], windows.window(chosen[i]));
        listener.verifying(i + 1, chosen.length);
      }
      return Optional.of(verification);
    }
  }

  private ModelLibrary library(ModelDirectory directory) {
    if (request.library().isEmpty()) {
      listener.note("No --model-lib is given: compiling the model in memory.");
      return Compiler.compile(
          directory.model(),
          directory.quantization(),
          request.device(),
          CompileOptions.SCORING,
          (_, _, _) -> {});
    }
    ModelLibrary library = LibraryFile.read(request.library().get());
    if (!library.device().equals(request.device())) {
      throw new CompileException(
          "%s was compiled for the device '%s', not '%s'; compile it with --device %s"
              .formatted(libraryName(), library.device(), request.device(), request.device()));
    }
    library.requireModel(
        libraryName(),
        directory.path().toString(),
        directory.model().facts(),
        directory.quantization());
    return library;
  }

  private String libraryName() {
    return request.library().map(Path::toString).orElse("the model compiled in memory");
  }

  private void requireScorable(WindowsFile file, ModelDirectory directory, ModelLibrary library) {
    file.checkVocabulary(directory.model().vocabularySize());
    for (int w = 0; w < file.windows().count(); w++) {
      int length = file.windows().length(w);
      if (length > library.contextWindow()) {
        throw new CorpusException(
            ("%s: line %d is a window of %d ids, longer than the %d that the model takes;"
                    + " use shorter windows, or compile with --overrides context_window_size=%d")
                .formatted(file.path(), w + 1, length, library.contextWindow(), length));
      }
    }
  }

  private static Optional<String> tokenizerSha256(ModelDirectory directory) {
    Path tokenizer = directory.path().resolve("tokenizer.json");
    return Files.isRegularFile(tokenizer) ? Optional.of(sha256(tokenizer)) : Optional.empty();
  }

  /// Ids of one tokenizer mean nothing to a model with another, but its perplexity is a number all
  /// the same.
  private void compareTokenizers(Optional<WindowsOrigin> origin, Optional<String> own) {
    if (origin.isPresent()
        && own.isPresent()
        && !origin.get().tokenizerSha256().equals(own.get())) {
      listener.note(
          ("Warning: %s was made with another tokenizer.json (sha256 %s) than the one in %s"
                  + " (sha256 %s); if the ids differ, the perplexity means nothing")
              .formatted(
                  request.input(), origin.get().tokenizerSha256(), request.model(), own.get()));
    }
  }

  private static Result.Corpus corpus(WindowsFile file, Optional<WindowsOrigin> origin) {
    return new Result.Corpus(
        file.path().toString(),
        file.sha256(),
        file.windows().longest(),
        origin.map(WindowsOrigin::window).orElse(null),
        origin.map(WindowsOrigin::stride).orElse(null),
        origin.map(WindowsOrigin::text).orElse(null),
        origin.map(WindowsOrigin::textSha256).orElse(null));
  }

  private static Result.ModelAccount account(
      ModelDirectory directory, ModelWeights weights, Optional<String> tokenizerSha256) {
    return new Result.ModelAccount(
        directory.path().toString(),
        directory.model().modelType(),
        directory.quantization(),
        weights.bytes(),
        weights.digest(),
        tokenizerSha256.orElse(null));
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

  private static String sha256(Path file) {
    try {
      return Sha256.of(file);
    } catch (IOException e) {
      throw new ModelException("%s cannot be read: %s".formatted(file, Reason.of(e)), e);
    }
  }

  private static Map<String, String> versions() {
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("nonplus", Version.number());
    versions.put("java", Runtime.version().toString());
    versions.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    return versions;
  }
}
