package io.github.nonplus.divergence;

import io.github.nonplus.corpus.Extent;
import io.github.nonplus.corpus.Section;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.corpus.WindowsOrigin;
import io.github.nonplus.device.cpu.Kernels;
import io.github.nonplus.perplexity.Result;
import io.github.nonplus.perplexity.RunTally;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Figure;
import io.github.nonplus.protocol.Protocol;
import io.github.nonplus.protocol.Protocols;
import java.util.List;
import java.util.Optional;

/// What is compared and how.
///
/// @param figures that the protocol's tool prints beside the candidate's perplexity
/// @param sections the documents of the windows
/// @param corpus for the candidate's own result; of a recorded reference, that file
/// @param isRecorded whether the windows came with the reference
record ComparisonPlan(
    String protocol,
    Averaging averaging,
    List<Figure> figures,
    Extent extent,
    List<Section> sections,
    Result.Corpus corpus,
    boolean isRecorded,
    Batches batches,
    RowComparison comparison) {
  /// Of a file of windows.
  static ComparisonPlan of(
      WindowsFile file, Optional<WindowsOrigin> origin, Batches batches, Kernels host) {
    Protocol protocol = Protocols.of(file);
    return new ComparisonPlan(
        protocol.name(),
        protocol.averaging(),
        protocol.figures(),
        file.extent(),
        file.sections(),
        Result.Corpus.of(file, origin),
        false,
        batches,
        new LogitsComparison(host.pairs()));
  }

  /// Of a reference that brings its own windows.
  static ComparisonPlan of(KldFile file, Batches batches, Kernels host) {
    KldFile.Account account = file.account();
    int tokens = account.chunkTokens();
    return new ComparisonPlan(
        DivergenceRun.RECORDED_PROTOCOL,
        Averaging.WINDOWS,
        List.of(),
        Extent.NONE,
        List.of(),
        new Result.Corpus(account.file(), account.sha256(), tokens, tokens, tokens, null, null),
        true,
        batches,
        new ClippedComparison(host.pairs()));
  }

  /// How divergences are averaged, in words: as losses are, without what is then made of them.
  String words() {
    return averaging.ofOtherThanLosses().law().replaceFirst("^exp of the ", "")
        + (averaging.ofOtherThanLosses() == averaging ? "" : "; perplexity: " + averaging.law());
  }

  DivergenceTally divergences() {
    return new DivergenceTally(comparison.bothWays(), averaging, extent);
  }

  /// The candidate's own losses.
  RunTally losses() {
    return RunTally.of(averaging, figures, extent, sections);
  }
}
