package io.github.nonplus.report.page;

import io.github.nonplus.comparison.Interval;
import io.github.nonplus.comparison.SizeComparison;
import io.github.nonplus.comparison.SizeComparison.Entry;
import io.github.nonplus.report.SizeText;
import io.github.nonplus.report.record.ResultRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Files of one model by size: a point for each over the bytes of its weights, with its interval,
/// and a table that says which are not worth their bytes.
record SizePlot(Markup page, List<ResultRecord> records, SizeComparison sizes) {
  private static final double MEGABYTE = 1e6;

  void draw() {
    List<Entry> entries = sizes.entries();
    plot(
        entries.stream().filter(entry -> entry.record() != sizes.baseline()).toList(),
        Entry::nll,
        "mean loss above %s, nats".formatted(sizes.baseline().label()));
    List<Entry> compared =
        entries.stream().filter(entry -> entry.divergence().isPresent()).toList();
    if (!compared.isEmpty()) {
      plot(compared, entry -> entry.divergence().orElseThrow(), "mean divergence, nats");
    }
    table(entries);
  }

  private void plot(List<Entry> entries, Function<Entry, Interval> of, String what) {
    double[] x = entries.stream().mapToDouble(entry -> entry.bytes() / MEGABYTE).toArray();
    double least = 0;
    double most = 0;
    List<LinePlot.Line> lines = new ArrayList<>();
    for (int e = 0; e < x.length; e++) {
      Entry entry = entries.get(e);
      Interval interval = of.apply(entry);
      int colour = records.indexOf(entry.record()) % ReportPage.COLOURS;
      double low = interval.isKnown() ? interval.low() : interval.value();
      double high = interval.isKnown() ? interval.high() : interval.value();
      lines.add(
          new LinePlot.Line(
              "", colour, new double[] {x[e], x[e]}, new double[] {low, high}, false));
      lines.add(
          new LinePlot.Line(
              entry.record().label(),
              colour,
              new double[] {x[e]},
              new double[] {interval.value()},
              true));
      least = Math.min(least, low);
      most = Math.max(most, high);
    }
    new LinePlot(
            Scale.around(x[0], x[x.length - 1]),
            "weights, MB",
            Scale.around(least, most),
            what,
            lines)
        .draw(page, what + " by the size of the weights; the table below has the figures");
  }

  private void table(List<Entry> entries) {
    page.open("div", "class", "wide").open("table", "class", "summary").line().open("tr");
    for (String heading :
        List.of("", "weights", "bits a weight", "mean loss", "± 95 %", "worth its bytes?")) {
      page.element("th", heading, "scope", "col");
    }
    page.close("tr").line();
    for (Entry entry : entries) {
      int colour = records.indexOf(entry.record()) % ReportPage.COLOURS;
      boolean isBaseline = entry.record() == sizes.baseline();
      page.open("tr");
      page.element("th", entry.record().label(), "scope", "row", "class", "t" + colour);
      page.element("td", Markup.format("%,.1f MB", entry.bytes() / MEGABYTE));
      page.element("td", entry.bits() > 0 ? Markup.format("%.2f", entry.bits()) : "unknown");
      page.element("td", isBaseline ? "baseline" : Markup.format("%+.5f", entry.nll().value()));
      page.element(
          "td",
          isBaseline
              ? ""
              : entry.nll().isKnown() ? Markup.format("%.5f", entry.nll().halfWidth()) : "unknown");
      page.element("td", SizeText.verdict(entry), "class", "words");
      page.close("tr").line();
    }
    page.close("table").close("div").line();
  }
}
