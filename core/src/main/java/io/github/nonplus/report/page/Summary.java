package io.github.nonplus.report.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.nonplus.comparison.Comparison;
import io.github.nonplus.comparison.DivergenceComparison;
import io.github.nonplus.comparison.Interval;
import io.github.nonplus.report.record.ResultRecord;
import java.util.List;

/// What a reader wants to know first: a sentence for each result, and the figures side by side.
record Summary(Markup page, List<ResultRecord> records, List<Comparison> comparisons) {
  private static final List<String> HEADINGS =
      List.of(
          "",
          "perplexity",
          "± 95 %",
          "ratio",
          "weights",
          "bits a weight",
          "tokens/s",
          "device",
          "begun");

  private static final int DATE = "2026-01-31".length();

  void draw() {
    if (comparisons.isEmpty()) {
      verdict(of(records.getFirst()), 0);
    }
    for (int c = 0; c < comparisons.size(); c++) {
      verdict(of(comparisons.get(c)), (c + 1) % ReportPage.COLOURS);
    }
    records.stream()
        .filter(record -> record.divergence().isPresent())
        .forEach(
            record -> verdict(divergence(record), records.indexOf(record) % ReportPage.COLOURS));
    page.open("div", "class", "wide").open("table", "class", "summary").line();
    page.open("tr");
    HEADINGS.forEach(heading -> page.element("th", heading, "scope", "col"));
    page.close("tr").line();
    for (int r = 0; r < records.size(); r++) {
      row(records.get(r), r);
    }
    page.close("table").close("div").line();
  }

  private void verdict(String sentence, int colour) {
    page.element("p", sentence, "class", "verdict t" + colour).line();
  }

  private static String of(ResultRecord record) {
    Interval own =
        Double.isFinite(record.perplexity())
            ? Comparison.perplexity(record)
            : Comparison.meanNll(record);
    return Markup.format(
        "%s has a %s of %.4f%s on this text.",
        record.label(),
        Double.isFinite(record.perplexity())
            ? "perplexity"
            : "mean loss (its perplexity is beyond" + " the largest number)",
        own.value(),
        own.isKnown() ? Markup.format(", 95 %% interval %.4f to %.4f", own.low(), own.high()) : "");
  }

  private static String divergence(ResultRecord record) {
    DivergenceComparison own = DivergenceComparison.of(List.of(record));
    Interval mean = own.mean(0);
    return Markup.format(
        "%s is %.4g nats a token from %s%s, and finds the same token likeliest for %.2f %% of them.",
        record.label(),
        mean.value(),
        own.reference().label(),
        mean.isKnown()
            ? Markup.format(", 95 %% interval %.4g to %.4g", mean.low(), mean.high())
            : "",
        100 * own.divergence(0).divergence().sameTopShare());
  }

  private static String of(Comparison each) {
    Interval nll = each.nll();
    String size = size(each);
    if (!nll.isKnown()) {
      return Markup.format(
          "%s has %.4f times the perplexity of %s%s; the windows are too few to say whether that is"
              + " chance.",
          each.other().label(), each.ratio(), each.baseline().label(), size);
    }
    if (!nll.excludes(0)) {
      return Markup.format(
          "%s cannot be told from %s by these windows%s: its perplexity is %.4f times the other's,"
              + " 95 %% interval %.4f to %.4f.",
          each.other().label(),
          each.baseline().label(),
          size,
          each.ratio(),
          Math.exp(nll.low()),
          Math.exp(nll.high()));
    }
    return Markup.format(
        "%s is %s than %s%s: its perplexity is %.4f times the other's, 95 %% interval %.4f to %.4f.",
        each.other().label(),
        nll.value() > 0 ? "worse" : "better",
        each.baseline().label(),
        size,
        each.ratio(),
        Math.exp(nll.low()),
        Math.exp(nll.high()));
  }

  private static String size(Comparison each) {
    double own = number(each.other(), "model", "weight_bytes");
    double baseline = number(each.baseline(), "model", "weight_bytes");
    return own > 0 && baseline > 0 && own != baseline
        ? Markup.format(", at %.2f of its bytes", own / baseline)
        : "";
  }

  private void row(ResultRecord record, int r) {
    Interval own = Comparison.perplexity(record);
    double bytes = number(record, "model", "weight_bytes");
    double parameters = number(record, "model", "parameters");
    double speed = number(record, "execution", "tokens_per_second");
    String begun = text(record, "started");
    page.open("tr")
        .element("th", record.label(), "scope", "row", "class", "t" + r % ReportPage.COLOURS);
    cell(Double.isFinite(own.value()) ? Markup.format("%.4f", own.value()) : "beyond 1.8e308");
    cell(Double.isFinite(own.halfWidth()) ? Markup.format("%.4f", own.halfWidth()) : "unknown");
    cell(r == 0 ? "1" : Markup.format("%.5f", comparisons.get(r - 1).ratio()));
    cell(bytes > 0 ? Markup.format("%,.1f MB", bytes / 1e6) : "unknown");
    cell(bytes > 0 && parameters > 0 ? Markup.format("%.2f", 8 * bytes / parameters) : "unknown");
    cell(speed > 0 && Double.isFinite(speed) ? Markup.format("%,.0f", speed) : "unknown");
    page.element("td", text(record, "device"), "class", "words");
    page.element("td", begun.substring(0, Math.min(DATE, begun.length())), "class", "words");
    page.close("tr").line();
  }

  private void cell(String value) {
    page.element("td", value);
  }

  private static double number(ResultRecord record, String part, String name) {
    return record.facts().path(part).path(name).asDouble();
  }

  private static String text(ResultRecord record, String name) {
    JsonNode value = record.facts().path("execution").path(name);
    return value.isTextual() ? value.textValue() : "unknown";
  }
}
