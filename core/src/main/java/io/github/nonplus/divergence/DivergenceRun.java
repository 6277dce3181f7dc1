package io.github.nonplus.divergence;

import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.device.Batch;
import io.github.nonplus.device.LogitsSource;
import io.github.nonplus.device.cpu.KernelChoice;
import io.github.nonplus.device.cpu.Kernels;
import io.github.nonplus.device.cpu.Workers;
import io.github.nonplus.divergence.DivergenceRequest.Reference.Recorded;
import io.github.nonplus.divergence.DivergenceRequest.Reference.Running;
import io.github.nonplus.failure.DeviceException;
import io.github.nonplus.failure.ModelException;
import io.github.nonplus.perplexity.Evaluation;
import io.github.nonplus.perplexity.PeakMemory;
import io.github.nonplus.perplexity.RunTally;
import io.github.nonplus.tokenizer.Tokenizer;
import io.github.nonplus.tokenizer.TokenizerFiles;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/// One comparison from request to result: everything is checked before the first window runs.
public final class DivergenceRun {
  /// The protocol of windows that come with llama.cpp's file: its own, the second half of each
  /// chunk scored.
  public static final String RECORDED_PROTOCOL = "llamacpp";

  private static final String SCALAR = "scalar";

  private final DivergenceRequest request;
  private final Optional<int[]> chosen;
  private final Listener listener;

  private DivergenceRun(DivergenceRequest request, Optional<int[]> chosen, Listener listener) {
    this.request = request;
    this.chosen = chosen;
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
    void window(WindowDivergence window, DivergenceTally tally, int total);
  }

  /// Runs it.
  public static DivergenceResult of(DivergenceRequest request, Listener listener) {
    return new DivergenceRun(request, Optional.empty(), listener).run();
  }

  /// Runs some of its windows, each by itself: to the bit what a run over all of them gives.
  ///
  /// @param windows their indices, from 0
  public static DivergenceResult ofWindows(
      DivergenceRequest request, int[] windows, Listener listener) {
    return new DivergenceRun(request, Optional.of(windows), listener).run();
  }

  private DivergenceResult run() {
    return switch (request.reference()) {
      case Running(SideRequest side) -> inStepWith(side);
      case Recorded(Path file) -> against(file);
    };
  }

  private DivergenceResult inStepWith(SideRequest side) {
    PreparedSide first = PreparedSide.of(side, listener::note);
    PreparedSide second = PreparedSide.of(request.candidate(), listener::note);
    WindowsFile file = WindowsFile.read(request.input().orElseThrow());
    Optional<WindowsOrigin> origin = WindowsOrigin.beside(file);
    warnOfTokenizers(List.of(first, second), file, origin);
    int tokens = Math.min(first.batchTokens(), second.batchTokens());
    OptionalInt most = windowsPerBatch();
    Evaluation evaluation =
        most.isPresent()
            ? Evaluation.ofWindows(file.windows(), most.getAsInt())
            : Evaluation.ofTokens(file.windows(), tokens);
    Batches batches = chosen(new WindowBatches(file, evaluation));
    try (Side reference = first.open(batches.room());
        Side candidate = second.open(batches.room())) {
      requireSameVocabulary(reference, candidate);
      compareTokenizers(reference.account(), candidate.account());
      ComparisonPlan plan = ComparisonPlan.of(file, origin, batches, hostKernels());
      return run(plan, reference, reference.account(), candidate);
    }
  }

  private DivergenceResult against(Path path) {
    PreparedSide second = PreparedSide.of(request.candidate(), listener::note);
    try (KldFile file = KldFile.open(path)) {
      firstId(file);
      OptionalInt most = windowsPerBatch();
      Batches batches =
          chosen(
              most.isPresent()
                  ? new ChunkBatches(file, most.getAsInt())
                  : ChunkBatches.ofTokens(file, second.batchTokens()));
      try (Side candidate = second.open(batches.room())) {
        requireSameVocabulary(file, candidate);
        ComparisonPlan plan = ComparisonPlan.of(file, batches, hostKernels());
        return run(plan, file, file.account(), candidate);
      }
    }
  }

  private OptionalInt windowsPerBatch() {
    return chosen.isPresent() ? OptionalInt.of(1) : request.windowsPerBatch();
  }

  private Batches chosen(Batches all) {
    return chosen.isPresent() ? new ChosenBatches(all, chosen.get()) : all;
  }

  /// The host's part: scalar where a side asked for scalar kernels, so that these need no Vector
  /// API; no bit depends on it.
  private Kernels hostKernels() {
    return KernelChoice.of(request.candidate().options().kernels().filter(SCALAR::equals));
  }

  private DivergenceResult run(
      ComparisonPlan plan, LogitsSource reference, ReferenceAccount account, Side candidate) {
    DivergenceTally tally = plan.divergences();
    RunTally losses = plan.losses();
    Instant started = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    long begin = System.nanoTime();
    try (Workers workers = new Workers(request.candidate().options().threads())) {
      int tokens = plan.batches().room().tokens();
      InStep both = new InStep(reference, candidate, plan.comparison(), workers, tokens);
      plan.batches()
          .forEach(
              (first, batch) ->
                  windows(
                      first,
                      batch,
                      both.run(batch),
                      plan,
                      window -> {
                        tally.add(window);
                        losses.add(window.candidate());
                        listener.window(window, tally, plan.batches().windows());
                      }));
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    DivergenceResult.Clock clock =
        new DivergenceResult.Clock(
            started, seconds, plan.batches().ids() / seconds, PeakMemory.bytes());
    return DivergenceResult.of(
        plan, tally.divergence(), losses, account, candidate.account(), clock);
  }

  /// Takes a batch apart into its windows.
  private static void windows(
      int first,
      Batch batch,
      List<RowDivergence> rows,
      ComparisonPlan plan,
      Consumer<WindowDivergence> sink) {
    int from = 0;
    for (int w = 0; w < batch.windows(); w++) {
      int to = from;
      while (to < rows.size() && batch.selected()[to] < batch.starts()[w + 1]) {
        requireNumbers(rows.get(to), first + w, batch.selected()[to] + 1 - batch.starts()[w], plan);
        to++;
      }
      sink.accept(
          new WindowDivergence(
              first + w,
              from < to ? batch.selected()[from] + 1 - batch.starts()[w] : 0,
              rows.subList(from, to)));
      from = to;
    }
  }

  private static void requireNumbers(
      RowDivergence row, int window, int position, ComparisonPlan plan) {
    boolean finite =
        Double.isFinite(row.kld())
            && Double.isFinite(row.referenceNll())
            && Double.isFinite(row.candidateNll())
            && (Double.isFinite(row.reverseKld()) || !plan.comparison().bothWays());
    if (!finite) {
      throw new DeviceException(
          ("window %d, token %d: the loss came out as %s on the reference and %s on the candidate,"
                  + " their divergence as %s; score each alone to see which of them is broken")
              .formatted(window + 1, position, row.referenceNll(), row.candidateNll(), row.kld()));
    }
  }

  private static void requireSameVocabulary(LogitsSource reference, LogitsSource candidate) {
    if (reference.vocabulary() != candidate.vocabulary()) {
      throw new ModelException(
          ("the reference has a vocabulary of %d, the candidate of %d; only models of the same"
                  + " tokenizer can be compared token by token")
              .formatted(reference.vocabulary(), candidate.vocabulary()));
    }
  }

  private void warnOfTokenizers(
      List<PreparedSide> sides, WindowsFile file, Optional<WindowsOrigin> origin) {
    for (PreparedSide side : sides) {
      if (side instanceof PreparedSide.OnDevice device) {
        device.model().tokenizerWarning(file, origin).ifPresent(listener::note);
      }
    }
  }

  private void compareTokenizers(SideAccount reference, SideAccount candidate) {
    String first = reference.model().tokenizerSha256();
    String second = candidate.model().tokenizerSha256();
    if (first != null && second != null && !first.equals(second)) {
      listener.note(
          ("Warning: %s and %s have different tokenizer.json (sha256 %s and %s); if their ids"
                  + " differ, the divergence means nothing")
              .formatted(reference.model().path(), candidate.model().path(), first, second));
    }
  }

  /// llama.cpp begins each chunk with the token that the tokenizer adds before a text, if it adds
  /// one.
  private void firstId(KldFile file) {
    Path directory = request.candidate().model();
    if (!TokenizerFiles.of(directory).exist()) {
      throw new ModelException(
          ("%s has no tokenizer.json, which tells whether the chunks of %s began with a token of"
                  + " their own; put it there")
              .formatted(directory, file.account().file()));
    }
    try (Tokenizer tokenizer = Tokenizer.open(directory)) {
      int[] added = tokenizer.added().all();
      if (added.length > 1) {
        throw new ModelException(
            ("the tokenizer in %s adds %d tokens to a text, but llama.cpp's file of log-probabilities"
                    + " knows of one at most; compare with the model itself")
                .formatted(directory, added.length));
      }
      if (added.length == 1) {
        file.beginWith(added[0]);
      }
    }
  }
}
