package io.github.nonplus.report.page;

import io.github.nonplus.version.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The scores of a corpus as a page of HTML: how many documents have which perplexity, where its
/// parts begin, and what was measured.
public final class CorpusPage {
  /// Rows of a histogram; what lies farther out is in the last of them.
  private static final int MOST_ROWS = 40;

  private final Markup page = new Markup();
  private final CorpusSummary summary;

  private CorpusPage(CorpusSummary summary) {
    this.summary = summary;
  }

  /// The page.
  public static String of(CorpusSummary summary) {
    return new CorpusPage(summary).html();
  }

  private String html() {
    String title = "Perplexities of " + summary.facts().getOrDefault("input", "documents");
    ReportPage.head(page, title);
    page.open("body").open("main").line().open("header").element("h1", title);
    page.open("p", "class", "lead");
    page.say(
        "Protocol %s: %,d documents, %,d scored tokens. The perplexity of a document is that of the"
            + " protocol; that of all tokens together is %.4f.",
        summary.facts().getOrDefault("protocol", ""),
        summary.documents(),
        summary.tokens(),
        summary.perplexity());
    page.close("p").close("header").line();
    warnings();
    page.open("section").element("h2", "Documents by perplexity").line();
    histogram();
    page.close("section");
    if (!summary.buckets().isEmpty()) {
      page.open("section").element("h2", "Parts").line();
      parts();
      page.close("section");
    }
    page.open("section").element("h2", "Receipt").line();
    receipt();
    page.close("section");
    page.open("footer").text("Made by Nonplus " + Version.number()).close("footer").line();
    page.close("main").close("body").close("html").line();
    return page.toString();
  }

  private void warnings() {
    List<String> warnings = new ArrayList<>();
    if (summary.failed() > 0) {
      warnings.add(
          Markup.format(
              "%,d documents have no score; the column error says why.", summary.failed()));
    }
    if (summary.truncated() > 0) {
      warnings.add(
          Markup.format("%,d documents have tokens that are in no window.", summary.truncated()));
    }
    if (summary.keepBelow() != null) {
      warnings.add(
          Markup.format(
              "Of %,d documents %,d were kept, whose perplexity is below %s.",
              summary.documents(), summary.kept(), summary.keepBelow()));
    }
    warnings.forEach(warning -> page.element("p", warning, "class", "warning").line());
  }

  private void histogram() {
    TreeMap<Integer, Long> bins = new TreeMap<>(summary.histogram());
    if (bins.isEmpty()) {
      page.element("p", "No document has a score.", "class", "says").line();
      return;
    }
    int first = bins.firstKey();
    int last = Math.min(bins.lastKey(), first + MOST_ROWS - 1);
    long beyond = bins.tailMap(last, false).values().stream().mapToLong(Long::longValue).sum();
    bins.merge(last, beyond, Long::sum);
    long most = 1;
    for (int bin = first; bin <= last; bin++) {
      most = Math.max(most, bins.getOrDefault(bin, 0L));
    }
    page.open("div", "class", "rows histogram").line();
    for (int bin = first; bin <= last; bin++) {
      long count = bins.getOrDefault(bin, 0L);
      page.open("div", "class", "row").open("div", "class", "name");
      page.say(
          bin == last && beyond > 0 ? "from %,.2f on" : "%,.2f to %,.2f",
          CorpusSummary.begin(bin),
          CorpusSummary.begin(bin + 1));
      page.close("div").open("div", "class", "track");
      if (count > 0) {
        String width = Markup.format("left:0;width:%.2f%%", 100.0 * count / most);
        page.open("i", "class", "bar b1", "style", width).close("i");
      }
      page.close("div").element("div", Markup.format("%,d", count), "class", "value");
      page.close("div").line();
    }
    page.close("div").line();
  }

  private void parts() {
    page.element("p", "Bounds: " + summary.law() + ".", "class", "says").line();
    page.open("table", "class", "summary").line();
    for (CorpusSummary.Bucket bucket : summary.buckets()) {
      page.open("tr").element("th", bucket.name(), "scope", "row");
      page.element(
          "td",
          bucket.upTo() == null ? "above that" : "perplexity up to " + bucket.upTo(),
          "class",
          "words");
      page.close("tr").line();
    }
    page.close("table").line();
  }

  private void receipt() {
    page.open("div", "class", "wide").open("table", "class", "receipt").line();
    for (Map.Entry<String, String> fact : summary.facts().entrySet()) {
      page.open("tr").element("th", fact.getKey().replace('_', ' '), "scope", "row");
      page.element("td", fact.getValue()).close("tr").line();
    }
    page.close("table").close("div").line();
  }
}
