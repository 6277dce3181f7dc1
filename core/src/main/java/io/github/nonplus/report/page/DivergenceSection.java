package io.github.nonplus.report.page;

import io.github.nonplus.comparison.Comparison.TokenDifference;
import io.github.nonplus.comparison.DivergenceComparison;
import io.github.nonplus.comparison.Interval;
import io.github.nonplus.divergence.Divergence;
import io.github.nonplus.report.Excerpt;
import io.github.nonplus.report.record.ComparedWindow;
import io.github.nonplus.report.record.ResultRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/// How far results are from one reference: the figures side by side, the means with their
/// intervals, the tokens that suffer most.
///
/// @param colours of the records, as everywhere on the page
record DivergenceSection(Markup page, DivergenceComparison divergences, List<Integer> colours) {
  private static final int TOKENS = 8;

  private static final List<String> HEADINGS =
      List.of(
          "",
          "mean, nats",
          "± 95 %",
          "the other way",
          "50 %",
          "95 %",
          "99 %",
          "99.9 %",
          "at most",
          "same top",
          "text's token, rms",
          "ratio");

  /// A section on those of all results that have a reference.
  static DivergenceSection of(Markup page, List<ResultRecord> records) {
    List<Integer> colours =
        IntStream.range(0, records.size())
            .filter(r -> records.get(r).divergence().isPresent())
            .map(r -> r % ReportPage.COLOURS)
            .boxed()
            .toList();
    return new DivergenceSection(page, DivergenceComparison.of(records), colours);
  }

  void draw() {
    sentence(
        Markup.format(
            "What is lost, token by token, by taking a model for %s: the Kullback-Leibler divergence of"
                + " its distribution from the reference's, in nats%s. Zero means the same distribution."
                + " Percentiles are over all scored tokens.",
            divergences.reference().label(),
            divergences.reference().isRecorded()
                ? ", without the tokens that llama.cpp clips (ln p ≤ −16)"
                : ""));
    table();
    List<Interval> means = new ArrayList<>();
    List<RowPlot.Row> rows = new ArrayList<>();
    for (int r = 0; r < divergences.records().size(); r++) {
      means.add(divergences.mean(r));
      rows.add(row(r, means.getLast(), "%.6f"));
    }
    new RowPlot(Charts.scale(means, true), "mean KL divergence, nats (lower is nearer)", true, rows)
        .draw(page);
    differences();
    for (int r = 0; r < divergences.records().size(); r++) {
      tokens(r);
    }
  }

  private void table() {
    page.open("div", "class", "wide").open("table", "class", "summary").line().open("tr");
    HEADINGS.forEach(heading -> page.element("th", heading, "scope", "col"));
    page.close("tr").line();
    for (int r = 0; r < divergences.records().size(); r++) {
      Divergence own = divergences.divergence(r).divergence();
      Divergence.Direction kld = own.referenceToCandidate();
      page.open("tr");
      page.element(
          "th",
          divergences.records().get(r).label(),
          "scope",
          "row",
          "class",
          "t" + colours.get(r));
      cell("%.6f", kld.mean());
      cell("%.6f", divergences.mean(r).halfWidth());
      cell(
          "%.6f",
          own.candidateToReference() == null ? Double.NaN : own.candidateToReference().mean());
      for (String share : List.of("50", "95", "99", "99.9")) {
        cell("%.3g", kld.percentiles().get(share));
      }
      cell("%.4g", kld.largest());
      cell("%.3f %%", 100 * own.sameTopShare());
      cell("%.3f %%", 100 * own.rmsDeltaP());
      cell("%.5f", own.perplexityRatio());
      page.close("tr").line();
    }
    page.close("table").close("div").line();
  }

  private void cell(String format, double value) {
    page.element("td", Double.isNaN(value) ? "unknown" : Markup.format(format, value));
  }

  private void differences() {
    if (divergences.records().size() < 2) {
      return;
    }
    List<Interval> intervals = new ArrayList<>();
    List<RowPlot.Row> rows = new ArrayList<>();
    for (int r = 1; r < divergences.records().size(); r++) {
      intervals.add(divergences.difference(r));
      rows.add(row(r, intervals.getLast(), "%+.6f"));
    }
    sentence(
        Markup.format(
            "How much farther than %s, taken window by window. An interval that leaves out zero is a"
                + " difference.",
            divergences.records().getFirst().label()));
    new RowPlot(Charts.scale(intervals, true), "difference in KL divergence, nats", true, rows)
        .draw(page);
  }

  private RowPlot.Row row(int r, Interval interval, String format) {
    String value =
        Markup.format(format, interval.value())
            + (interval.isKnown() ? Markup.format(" ± %.6f", interval.halfWidth()) : "");
    RowPlot.Mark mark =
        new RowPlot.Mark(colours.get(r), interval.value(), interval.low(), interval.high());
    return new RowPlot.Row(divergences.records().get(r).label(), "", value, List.of(mark));
  }

  private void tokens(int r) {
    ResultRecord record = divergences.records().get(r);
    page.element("h3", "Tokens farthest apart: " + record.label(), "class", "t" + colours.get(r))
        .line();
    page.open("div", "class", "wide").open("table", "class", "summary").line().open("tr");
    for (String heading : List.of("", "divergence", "reference's loss", "own loss", "window")) {
      page.element("th", heading, "scope", "col");
    }
    page.close("tr").line();
    for (TokenDifference token : divergences.worstTokens(r, TOKENS)) {
      ComparedWindow window = divergences.divergence(r).windows().get(token.window());
      int i = token.position() - record.windows().get(token.window()).first();
      page.open("tr")
          .element(
              "th",
              Excerpt.token(record, token.window(), token.position()),
              "scope",
              "row",
              "class",
              "text");
      cell("%.4f", token.other());
      cell("%.4f", window.referenceNll()[i]);
      cell("%.4f", record.windows().get(token.window()).nll()[i]);
      cell("%,.0f", token.window() + 1.0);
      page.close("tr").line();
    }
    page.close("table").close("div").line();
  }

  private void sentence(String text) {
    page.element("p", text, "class", "says").line();
  }
}
