package io.github.nonplus.report;

import io.github.nonplus.comparison.Comparison.TokenDifference;
import io.github.nonplus.comparison.DivergenceComparison;
import io.github.nonplus.comparison.Interval;
import io.github.nonplus.divergence.Divergence;
import io.github.nonplus.report.record.ComparedWindow;
import io.github.nonplus.report.record.ResultRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// How far results are from one reference, in words and numbers for a terminal.
final class DivergenceComparisonText {
  private final List<String> lines = new ArrayList<>();
  private final DivergenceComparison divergences;

  private DivergenceComparisonText(DivergenceComparison divergences) {
    this.divergences = divergences;
  }

  /// Lines; none if nothing was held against a reference.
  ///
  /// @param worst how many tokens to name
  static List<String> of(DivergenceComparison divergences, int worst) {
    DivergenceComparisonText text = new DivergenceComparisonText(divergences);
    if (!divergences.isEmpty()) {
      text.table();
      for (int r = 0; r < divergences.records().size() && worst > 0; r++) {
        text.tokens(r, worst);
      }
    }
    return text.lines;
  }

  private void table() {
    List<ResultRecord> records = divergences.records();
    int width = records.stream().mapToInt(each -> each.label().length()).max().orElseThrow();
    String row = "%-" + width + "s  %12s %10s  %12s %10s  %9s %9s  %9s  %9s";
    say("");
    say(
        "KL divergence from %s, nats%s",
        divergences.reference().label(),
        divergences.reference().isRecorded() ? ", clipped as llama.cpp has it" : "");
    say(
        row,
        "",
        "mean",
        "± 95 %",
        "difference",
        "± 95 %",
        "99 % ≤",
        "at most",
        "same top",
        "ratio");
    for (int r = 0; r < records.size(); r++) {
      Divergence own = divergences.divergence(r).divergence();
      Interval mean = divergences.mean(r);
      Interval difference = divergences.difference(r);
      say(
          row,
          records.get(r).label(),
          number(mean.value()),
          number(mean.halfWidth()),
          r == 0 ? "" : String.format(Locale.ROOT, "%+.6f", difference.value()),
          r == 0 ? "" : number(difference.halfWidth()),
          String.format(Locale.ROOT, "%.3g", own.referenceToCandidate().percentiles().get("99")),
          String.format(Locale.ROOT, "%.3g", own.referenceToCandidate().largest()),
          String.format(Locale.ROOT, "%.3f %%", 100 * own.sameTopShare()),
          String.format(Locale.ROOT, "%.5f", own.perplexityRatio()));
    }
    for (int r = 1; r < records.size(); r++) {
      say("%s is %s", records.get(r).label(), verdict(divergences.difference(r)));
    }
  }

  private String verdict(Interval difference) {
    String baseline = divergences.records().getFirst().label();
    if (!difference.isKnown()) {
      return "compared with %s by too few windows for an interval".formatted(baseline);
    }
    if (!difference.excludes(0)) {
      return "as far from the reference as %s, as far as these windows can tell"
          .formatted(baseline);
    }
    return "%s the reference than %s"
        .formatted(difference.value() > 0 ? "farther from" : "nearer to", baseline);
  }

  private void tokens(int r, int worst) {
    ResultRecord record = divergences.records().get(r);
    say("");
    say(
        "%s: tokens farthest from the reference; divergence, loss of the reference → its own",
        record.label());
    for (TokenDifference token : divergences.worstTokens(r, worst)) {
      ComparedWindow window = divergences.divergence(r).windows().get(token.window());
      int i = token.position() - record.windows().get(token.window()).first();
      say(
          "    %8.4f %8.4f → %7.4f  window %d: %s",
          token.other(),
          window.referenceNll()[i],
          record.windows().get(token.window()).nll()[i],
          token.window() + 1,
          Excerpt.token(record, token.window(), token.position()));
    }
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "unknown" : String.format(Locale.ROOT, "%.6f", value);
  }

  private void say(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}
