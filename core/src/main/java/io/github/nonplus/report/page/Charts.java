package io.github.nonplus.report.page;

import io.github.nonplus.comparison.ClassLoss;
import io.github.nonplus.comparison.Comparison;
import io.github.nonplus.comparison.Interval;
import io.github.nonplus.comparison.PositionLoss;
import io.github.nonplus.report.Resolution;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.report.record.TokenTexts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/// The pictures of a page, each with a sentence that says what it shows.
record Charts(Markup page, List<ResultRecord> records, List<Comparison> comparisons) {
  private static final int POINTS = 400;
  private static final double RESOLUTION = 0.01;

  /// Whether all perplexities are numbers; beyond the largest, mean losses are shown instead.
  private boolean isFinite() {
    return records.stream().allMatch(each -> Double.isFinite(each.perplexity()));
  }

  private String quantity() {
    return isFinite() ? "perplexity" : "mean loss in nats";
  }

  void perplexities() {
    List<Interval> intervals =
        records.stream().map(isFinite() ? Comparison::perplexity : Comparison::meanNll).toList();
    List<RowPlot.Row> rows = new ArrayList<>();
    for (int r = 0; r < records.size(); r++) {
      rows.add(row(records.get(r), r, intervals.get(r), "%.4f"));
    }
    if (!isFinite()) {
      sentence("Perplexities beyond the largest number (1.8e308) are shown as mean losses.");
    }
    sentence(
        "± and the bar are 95 % intervals: were texts of this kind and length drawn again and again,"
            + " 95 of 100 intervals made this way would hold the value of all such text.");
    new RowPlot(scale(intervals, false), quantity() + " (lower is better)", false, rows).draw(page);
  }

  void differences() {
    List<Interval> intervals =
        comparisons.stream().map(isFinite() ? Comparison::perplexity : Comparison::nll).toList();
    List<RowPlot.Row> rows = new ArrayList<>();
    for (int c = 0; c < comparisons.size(); c++) {
      RowPlot.Row row = row(comparisons.get(c).other(), c + 1, intervals.get(c), "%+.4f");
      String ratio = Markup.format("ratio %.5f", comparisons.get(c).ratio());
      rows.add(new RowPlot.Row(row.name(), ratio, row.value(), row.marks()));
    }
    sentence(
        "Taken window by window, what all results find hard cancels: these 95 % intervals are the"
            + " ones to compare by. An interval that leaves out zero is a difference.");
    new RowPlot(scale(intervals, true), "difference in " + quantity(), true, rows).draw(page);
    for (Comparison each : comparisons) {
      if (each.windowsToResolve(RESOLUTION) > 0) {
        sentence(Markup.format("%s: %s.", each.other().label(), Resolution.of(each, RESOLUTION)));
      }
    }
  }

  private static RowPlot.Row row(ResultRecord record, int r, Interval interval, String format) {
    String value =
        Markup.format(format, interval.value())
            + (interval.isKnown() ? Markup.format(" ± %.4f", interval.halfWidth()) : "");
    RowPlot.Mark mark =
        new RowPlot.Mark(colour(r), interval.value(), interval.low(), interval.high());
    return new RowPlot.Row(
        record.label(),
        bytes(record.facts().path("model").path("weight_bytes").asLong()),
        value,
        List.of(mark));
  }

  private static String bytes(long bytes) {
    return bytes < 1 ? "" : Markup.format("%.1f MB of weights", bytes / 1e6);
  }

  /// An axis for all of them.
  ///
  /// @param withZero whether zero lies on it
  static Scale scale(List<Interval> intervals, boolean withZero) {
    DoubleSummaryStatistics ends =
        intervals.stream()
            .flatMapToDouble(i -> DoubleStream.of(i.value(), i.low(), i.high()))
            .filter(Double::isFinite)
            .summaryStatistics();
    return Scale.around(
        withZero ? Math.min(0, ends.getMin()) : ends.getMin(),
        withZero ? Math.max(0, ends.getMax()) : ends.getMax());
  }

  void running() {
    List<LinePlot.Line> lines = new ArrayList<>();
    DoubleSummaryStatistics range = new DoubleSummaryStatistics();
    int windows = records.getFirst().windows().size();
    boolean finite =
        records.stream()
            .flatMapToDouble(each -> Arrays.stream(each.combination().running(each.windows())))
            .allMatch(exponent -> Double.isFinite(Math.exp(exponent)));
    String quantity = finite ? "perplexity" : "mean loss, nats,";
    for (int r = 0; r < records.size(); r++) {
      double[] values = records.get(r).combination().running(records.get(r).windows());
      if (finite) {
        values = Arrays.stream(values).map(Math::exp).toArray();
      }
      int points = Math.min(POINTS, windows);
      double[] xs = new double[points];
      double[] ys = new double[points];
      for (int i = 0; i < points; i++) {
        int window = points == 1 ? 0 : (int) ((long) i * (windows - 1) / (points - 1));
        xs[i] = window + 1;
        ys[i] = values[window];
      }
      // The first windows may lie far off; the picture is of what comes after them.
      Arrays.stream(values, windows / 20, windows).forEach(range);
      lines.add(new LinePlot.Line(records.get(r).label(), colour(r), xs, ys, windows < 2));
    }
    sentence(
        "The " + quantity + " of all windows so far. A line that is still moving needs more text.");
    new LinePlot(
            new Scale(1, Math.max(2, windows), false),
            "windows",
            Scale.around(range.getMin(), range.getMax()),
            quantity + " so far",
            lines)
        .draw(page, quantity + " so far over windows");
  }

  void positions() {
    List<PositionLoss> bands = PositionLoss.of(records);
    double[] xs = bands.stream().mapToDouble(b -> Math.sqrt((double) b.from() * b.to())).toArray();
    DoubleSummaryStatistics range =
        bands.stream().flatMapToDouble(b -> Arrays.stream(b.means())).summaryStatistics();
    List<LinePlot.Line> lines = new ArrayList<>();
    for (int r = 0; r < records.size(); r++) {
      int result = r;
      double[] ys = bands.stream().mapToDouble(b -> b.means()[result]).toArray();
      lines.add(new LinePlot.Line(records.get(r).label(), colour(r), xs, ys, true));
    }
    sentence("What context is worth: the mean loss of tokens that have as many ids before them.");
    double low = bands.getFirst().from();
    new LinePlot(
            new Scale(low, Math.max(2 * low, bands.getLast().to() + 1.0), true),
            "ids before the token in its window",
            Scale.around(range.getMin(), range.getMax()),
            "mean loss, nats",
            lines)
        .draw(page, "Mean loss over the number of ids before a token");
  }

  void classes(TokenTexts texts) {
    List<ClassLoss> losses = ClassLoss.of(records, texts);
    List<RowPlot.Row> rows = new ArrayList<>();
    double most = 0;
    for (ClassLoss loss : losses) {
      List<RowPlot.Mark> marks = new ArrayList<>();
      for (int r = 0; r < records.size(); r++) {
        marks.add(new RowPlot.Mark(colour(r), loss.means()[r], Double.NaN, Double.NaN));
        most = Math.max(most, loss.means()[r]);
      }
      String values =
          Arrays.stream(loss.means())
              .mapToObj(mean -> Markup.format("%.2f", mean))
              .collect(Collectors.joining(" · "));
      String share = Markup.format("%.1f %% of tokens", 100 * loss.share());
      rows.add(new RowPlot.Row(loss.kind().label(), share, values, marks));
    }
    sentence(
        "The mean loss of each kind of token"
            + (records.size() == 1 ? "." : "; the numbers are in the order of the results."));
    if (records.size() > 1) {
      page.open("div", "class", "legend always");
      for (int r = 0; r < records.size(); r++) {
        page.element("span", records.get(r).label(), "class", "t" + colour(r));
      }
      page.close("div").line();
    }
    new RowPlot(new Scale(0, Math.max(1e-3, 1.06 * most), false), "mean loss, nats", true, rows)
        .draw(page);
  }

  private static int colour(int result) {
    return result % ReportPage.COLOURS;
  }

  private void sentence(String text) {
    page.element("p", text, "class", "says").line();
  }
}
