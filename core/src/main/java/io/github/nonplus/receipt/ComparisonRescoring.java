package io.github.nonplus.receipt;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.corpus.Windows;
import io.github.nonplus.corpus.WindowsFile;
import io.github.nonplus.device.Arithmetic;
import io.github.nonplus.divergence.DivergenceRequest;
import io.github.nonplus.divergence.DivergenceRequest.Reference;
import io.github.nonplus.divergence.DivergenceResult;
import io.github.nonplus.divergence.DivergenceRun;
import io.github.nonplus.divergence.DivergenceTally;
import io.github.nonplus.divergence.KldFile;
import io.github.nonplus.divergence.ReferenceAccount;
import io.github.nonplus.divergence.RowDivergence;
import io.github.nonplus.divergence.SideAccount;
import io.github.nonplus.divergence.SideRequest;
import io.github.nonplus.divergence.WindowDivergence;
import io.github.nonplus.failure.NonplusException;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.model.interpretation.Wanted;
import io.github.nonplus.perplexity.ScoringModel;
import io.github.nonplus.report.record.ComparedWindow;
import io.github.nonplus.report.record.RecordDivergence;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.ScoredWindow;
import io.github.nonplus.verification.Verification;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/// Windows of a comparison run anew on both sides, and held against its record token by token: the
/// candidate's losses, the reference's, and how far both are apart.
///
/// A divergence Σ p · (ln p − ln q) moves with the logits. Where those of either side change by up
/// to ε, its own change is at most ε times Σ p·|d − Σ p·d| for the reference's, d = ln p − ln q,
/// and ε · Σ |p − q| for the candidate's, to first order. As Σ p·|d| is at most the divergence and
/// 2 more (where q > p, p·ln(q / p) is at most q − p), both together are at most ε · (4 + 2 ·
/// divergence).
final class ComparisonRescoring {
  private final Rescoring how;
  private final ResultRecord record;
  private final RecordDivergence claimed;
  private final Sources sources;

  ComparisonRescoring(Rescoring how, ResultRecord record, Sources sources) {
    this.how = how;
    this.record = record;
    this.claimed = record.divergence().orElseThrow();
    this.sources = sources;
  }

  /// Largest differences so far, and what was allowed for them.
  private static final class Largest {
    private double difference;
    private int window;
    private boolean isExplained = true;

    void take(int window, double one, double two, double allowed) {
      double difference = Math.abs(one - two);
      isExplained &= difference <= allowed;
      if (difference > this.difference) {
        this.difference = difference;
        this.window = window;
      }
    }
  }

  List<Check> checks() {
    int[] chosen = Verification.spread(requireWindows(), how.windows());
    List<WindowDivergence> found = new ArrayList<>();
    try {
      DivergenceResult result =
          DivergenceRun.ofWindows(
              request(),
              chosen,
              new DivergenceRun.Listener() {
                @Override
                public void note(String sentence) {
                  how.note().accept(sentence);
                }

                @Override
                public void window(WindowDivergence window, DivergenceTally tally, int total) {
                  found.add(window);
                }
              });
      return compared(found, result);
    } catch (NonplusException e) {
      throw new RecordException(
          "%s could not be measured anew: %s; --model, --reference, --input-path and --device name others"
              .formatted(record.path(), e.getMessage()),
          e);
    }
  }

  private int requireWindows() {
    if (claimed.reference().isRecorded()) {
      return record.windows().size();
    }
    Path file = sources.windows();
    Windows windows = WindowsFile.read(file).windows();
    if (record.windows().size() != windows.count()) {
      throw new RecordException(
          "%s scores %d windows, but %s has %d; give the windows of this result with --input-path"
              .formatted(record.path(), record.windows().size(), file, windows.count()));
    }
    for (int w = 0; w < windows.count(); w++) {
      if (!Arrays.equals(windows.window(w), record.windows().get(w).ids())) {
        throw new RecordException(
            "window %d of %s has other ids than in %s; give the windows of this result with --input-path"
                .formatted(w + 1, file, record.path()));
      }
    }
    return windows.count();
  }

  private DivergenceRequest request() {
    String device = record.facts().path("execution").path("device").asText();
    SideRequest candidate = side(sources.model(), "model", sources.library(), device);
    Path other = sources.reference().orElse(Path.of("reference"));
    if (claimed.reference().isRecorded()) {
      return new DivergenceRequest(
          new Reference.Recorded(other), candidate, Optional.empty(), OptionalInt.empty());
    }
    String its = record.facts().path("reference").path("device").asText();
    return new DivergenceRequest(
        new Reference.Running(side(other, "reference", sources.referenceLibrary(), its)),
        candidate,
        Optional.of(sources.windows()),
        OptionalInt.empty());
  }

  private SideRequest side(Path model, String part, Optional<Path> library, String device) {
    return new SideRequest(
        model,
        wanted(part),
        library,
        library.isEmpty() ? OptionalInt.of(longest()) : OptionalInt.empty(),
        how.device().orElse(device),
        how.options());
  }

  private Wanted wanted(String part) {
    JsonNode account = record.facts().path(part);
    return Rescoring.wanted(part.equals("model") ? account : account.path("model"));
  }

  private int longest() {
    return record.windows().stream().mapToInt(each -> each.ids().length).max().orElseThrow();
  }

  private List<Check> compared(List<WindowDivergence> found, DivergenceResult result) {
    double own = allowed(sources.model(), "execution", result.candidate());
    double other =
        result.reference() instanceof SideAccount account
            ? allowed(sources.reference().orElseThrow(), "reference", account)
            : 0;
    double both = Math.max(own, other);
    Largest candidate = new Largest();
    Largest reference = new Largest();
    Largest divergence = new Largest();
    boolean sameTops = true;
    for (WindowDivergence window : found) {
      ScoredWindow scored = record.windows().get(window.window());
      ComparedWindow its = claimed.windows().get(window.window());
      if (scored.nll().length != window.tokens().size()) {
        throw new RecordException(
            "%s scores %d ids of window %d, and now there are %d; it was changed, measure it again"
                .formatted(
                    record.path(),
                    scored.nll().length,
                    window.window() + 1,
                    window.tokens().size()));
      }
      for (int i = 0; i < scored.nll().length; i++) {
        RowDivergence token = window.tokens().get(i);
        double room = both * (4 + 2 * Math.max(0, token.kld()));
        candidate.take(window.window(), scored.nll()[i], token.candidateNll(), own);
        reference.take(window.window(), its.referenceNll()[i], token.referenceNll(), other);
        divergence.take(window.window(), its.kld()[i], token.kld(), room);
        if (its.reverseKld().isPresent()) {
          double reverse = both * (4 + 2 * Math.max(0, token.reverseKld()));
          divergence.take(window.window(), its.reverseKld().get()[i], token.reverseKld(), reverse);
        }
        sameTops &= its.sameTop()[i] == token.sameTop();
      }
    }
    // Rounding decides between two tokens that are as likely; where nothing was rounded otherwise,
    // there is nothing to decide.
    divergence.isExplained &= sameTops || divergence.difference > 0;
    int windows = found.size();
    return List.of(
        check("scores", "the losses", windows, candidate, own, on(result.candidate())),
        check("reference scores", "the losses", windows, reference, other, on(result.reference())),
        check("divergences", "the divergences", windows, divergence, both, ""));
  }

  private static String on(ReferenceAccount account) {
    return switch (account) {
      case SideAccount side -> " on %s, kernels %s".formatted(side.device(), side.kernels());
      case KldFile.Account file -> " from " + file.file();
    };
  }

  private static Check check(
      String subject, String what, int windows, Largest largest, double allowed, String where) {
    String found =
        String.format(
            Locale.ROOT,
            "at most %.1e nats a token apart, in window %d%s",
            largest.difference,
            largest.window + 1,
            largest.difference == 0 && !largest.isExplained ? ", but another same_top" : "");
    String note =
        String.format(
            Locale.ROOT,
            "%s anew%s, where rounding explains %.1e nats of a loss",
            Rescoring.count(windows),
            where,
            allowed);
    return new Check(
        subject,
        largest.isExplained ? Check.State.MATCHES : Check.State.DIFFERS,
        "%s of %s".formatted(what, Rescoring.count(windows)),
        found,
        note + (largest.isExplained ? ": " + found : ""));
  }

  /// The rougher of what the record names and what ran now. Engines compute what a device would.
  private double allowed(Path model, String part, SideAccount found) {
    ScoringModel scoring =
        ScoringModel.open(
            model,
            wanted(part.equals("execution") ? "model" : part),
            Optional.empty(),
            OptionalInt.of(longest()),
            "cpu",
            _ -> {});
    String claimed = record.facts().path(part).path("arithmetic").asText();
    return Math.max(
        scoring.allowed(
            Rescoring.arithmetic(found.arithmetic()).orElse(Arithmetic.FLOAT32), longest()),
        scoring.allowed(Rescoring.arithmetic(claimed).orElse(Arithmetic.FLOAT32), longest()));
  }
}
