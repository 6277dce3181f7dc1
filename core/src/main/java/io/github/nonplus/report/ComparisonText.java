package io.github.nonplus.report;

import io.github.nonplus.comparison.BlockMeans;
import io.github.nonplus.comparison.ComparedResults;
import io.github.nonplus.comparison.Comparison;
import io.github.nonplus.comparison.Interval;
import io.github.nonplus.comparison.PositionLoss;
import io.github.nonplus.comparison.SizeComparison;
import io.github.nonplus.report.record.ResultRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/// Comparisons with one baseline, in words and numbers for a terminal.
public final class ComparisonText {
  private final List<String> lines = new ArrayList<>();
  private final double resolution;
  private final int worst;

  private ComparisonText(double resolution, int worst) {
    this.resolution = resolution;
    this.worst = worst;
  }

  /// Lines for a terminal.
  ///
  /// @param resolution the difference of perplexities that one wants to see
  /// @param worst how many windows and tokens to name
  public static List<String> of(ComparedResults results, double resolution, int worst) {
    List<Comparison> comparisons = results.comparisons();
    ComparisonText text = new ComparisonText(resolution, worst);
    text.table(comparisons);
    comparisons.forEach(text::details);
    text.lines.addAll(DivergenceComparisonText.of(results.divergences(), worst));
    SizeComparison.of(results.records()).map(SizeText::of).ifPresent(text.lines::addAll);
    text.footnote(comparisons.getFirst().baseline());
    return text.lines;
  }

  private void table(List<Comparison> comparisons) {
    int width =
        comparisons.stream()
            .flatMap(each -> List.of(each.baseline(), each.other()).stream())
            .mapToInt(record -> record.label().length())
            .max()
            .orElse(0);
    String row = "%-" + width + "s  %12s %12s  %12s %12s  %8s";
    boolean finite = comparisons.stream().allMatch(ComparisonText::isFinite);
    say(row, "", finite ? "perplexity" : "mean loss", "± 95 %", "difference", "± 95 %", "ratio");
    Function<ResultRecord, Interval> number = finite ? Comparison::perplexity : Comparison::meanNll;
    Interval own = number.apply(comparisons.getFirst().baseline());
    say(
        row,
        comparisons.getFirst().baseline().label(),
        number(own.value()),
        number(own.halfWidth()),
        "",
        "",
        "");
    for (Comparison each : comparisons) {
      Interval other = number.apply(each.other());
      Interval difference = finite ? each.perplexity() : each.nll();
      say(
          row,
          each.other().label(),
          number(other.value()),
          number(other.halfWidth()),
          String.format(Locale.ROOT, "%+.4f", difference.value()),
          number(difference.halfWidth()),
          String.format(Locale.ROOT, "%.5f", each.ratio()));
    }
  }

  private static boolean isFinite(Comparison each) {
    return Double.isFinite(each.baseline().perplexity())
        && Double.isFinite(each.other().perplexity());
  }

  private void details(Comparison each) {
    say("");
    say("%s against %s", each.other().label(), each.baseline().label());
    Interval nll = each.nll();
    say("  mean loss   %+.6f ± %s nats: %s", nll.value(), number(nll.halfWidth()), verdict(nll));
    if (nll.isKnown()) {
      say(
          "  ratio       %.5f, 95 %% interval %.5f to %.5f",
          each.ratio(), Math.exp(nll.low()), Math.exp(nll.high()));
    }
    say("  resolution  %s", Resolution.of(each, resolution));
    say("  loss by the number of ids before a token, nats");
    for (PositionLoss band : each.positions()) {
      say(
          "    %11s %,10d tokens %9.4f → %7.4f  %+.4f",
          band.from() == band.to() ? band.from() + "" : band.from() + " to " + band.to(),
          band.tokens(),
          band.means()[0],
          band.means()[1],
          band.means()[1] - band.means()[0]);
    }
    if (worst > 0) {
      say("  windows whose mean loss grew the most");
      for (Comparison.WindowDifference window : each.worstWindows(worst)) {
        say(
            "    %+8.4f %8.4f → %7.4f  window %d: %s",
            window.difference(),
            window.baseline(),
            window.other(),
            window.window() + 1,
            Excerpt.beginning(each.baseline(), window.window()));
      }
      say("  tokens whose loss grew the most");
      for (Comparison.TokenDifference token : each.worstTokens(worst)) {
        say(
            "    %+8.4f %8.4f → %7.4f  window %d: %s",
            token.difference(),
            token.baseline(),
            token.other(),
            token.window() + 1,
            Excerpt.token(each.baseline(), token.window(), token.position()));
      }
    }
  }

  private static String verdict(Interval nll) {
    if (!nll.isKnown()) {
      return "too few windows for an interval";
    }
    if (!nll.excludes(0)) {
      return "no difference that these windows could tell from none";
    }
    return nll.value() > 0 ? "worse than the baseline" : "better than the baseline";
  }

  private void footnote(ResultRecord baseline) {
    int windows = baseline.windows().size();
    say("");
    say(
        "%d windows, %,d scored tokens, protocol %s. Differences are paired window by window; the"
            + " intervals take the overlap of windows and the run of the text into account.",
        windows, baseline.tokens(), baseline.identity().protocol());
    if (!Double.isFinite(baseline.perplexity())) {
      say(
          "Perplexities beyond the largest number (1.8e308) are not shown: mean losses, in nats, are.");
    }
    if (windows < BlockMeans.RELIABLE) {
      say(
          "With fewer than %d windows the intervals may be too narrow: a text goes on about one"
              + " thing for pages.",
          BlockMeans.RELIABLE);
    }
  }

  private static String number(double value) {
    return Double.isNaN(value) ? "unknown" : String.format(Locale.ROOT, "%.4f", value);
  }

  private void say(String format, Object... values) {
    lines.add(String.format(Locale.ROOT, format, values).stripTrailing());
  }
}
