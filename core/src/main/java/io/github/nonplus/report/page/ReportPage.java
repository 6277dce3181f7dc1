package io.github.nonplus.report.page;

import io.github.nonplus.comparison.BlockMeans;
import io.github.nonplus.comparison.ComparedResults;
import io.github.nonplus.comparison.Comparison;
import io.github.nonplus.comparison.SizeComparison;
import io.github.nonplus.files.AtomicFile;
import io.github.nonplus.report.record.ResultRecord;
import io.github.nonplus.version.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/// One or more results on the same windows as a page of HTML. The first is the baseline. The page
/// asks the network for nothing, and a policy in it forbids that; it runs no script.
public final class ReportPage {
  /// Colours that tell results apart; more results use them again.
  static final int COLOURS = 7;

  /// Names of results longer than this are too long for a title.
  private static final int TITLE = 60;

  private static final String POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

  private final Markup page = new Markup();
  private final List<ResultRecord> records;
  private final List<Comparison> comparisons;

  private ReportPage(ComparedResults results) {
    this.records = results.records();
    this.comparisons = results.comparisons();
  }

  /// Makes the page of records and writes it.
  ///
  /// @return what the reader should know, which the page says too, each a sentence
  public static List<String> write(List<Path> records, Path output) {
    AtomicFile.check(output);
    ComparedResults results = ComparedResults.read(records);
    byte[] page = of(results).getBytes(StandardCharsets.UTF_8);
    AtomicFile.write(output, out -> out.write(page));
    return results.warnings();
  }

  /// The page.
  public static String of(ComparedResults results) {
    return new ReportPage(results).html(results.warnings());
  }

  private String html(List<String> warnings) {
    head();
    new Summary(page, records, comparisons).draw();
    few();
    warnings.forEach(warning -> page.element("p", warning, "class", "warning").line());
    Charts charts = new Charts(page, records, comparisons);
    section("Perplexity");
    charts.perplexities();
    page.close("section");
    if (!comparisons.isEmpty()) {
      section("Difference from " + records.getFirst().label());
      charts.differences();
      page.close("section");
    }
    DivergenceSection divergences = DivergenceSection.of(page, records);
    if (!divergences.divergences().isEmpty()) {
      section("Divergence from " + divergences.divergences().reference().label());
      divergences.draw();
      page.close("section");
    }
    SizeComparison.of(records)
        .ifPresent(
            sizes -> {
              section("Size and quality");
              new SizePlot(page, records, sizes).draw();
              page.close("section");
            });
    section("On the way through the text");
    charts.running();
    page.close("section");
    section("Loss and context");
    charts.positions();
    page.close("section");
    if (records.getFirst().texts().isPresent()) {
      section("Loss by kind of token");
      charts.classes(records.getFirst().texts().get());
      page.close("section");
      section(comparisons.isEmpty() ? "Hardest passages" : "Passages that suffer most");
      new ShadedWindows(page, records, comparisons, records.getFirst().texts().get()).draw();
      page.close("section");
    } else {
      page.element(
          "p",
          "The model had no tokenizer beside its weights, so the record does not know what its ids"
              + " stand for: passages and kinds of tokens are left out.",
          "class",
          "warning");
    }
    ExpertSection experts = new ExpertSection(page, records);
    if (!experts.isEmpty()) {
      section("Experts");
      experts.draw();
      page.close("section");
    }
    section("Receipt");
    AccountTable.draw(page, records);
    page.close("section");
    page.open("footer").text("Made by Nonplus " + Version.number()).close("footer").line();
    page.close("main").close("body").close("html").line();
    return page.toString();
  }

  private void head() {
    String title = title();
    head(page, title);
    page.open("body").open("main").line().open("header").element("h1", title);
    ResultRecord first = records.getFirst();
    page.open("p", "class", "lead");
    page.say(
        "Protocol %s: %,d windows, %,d scored tokens. The loss of a token is −ln of the probability"
            + " that the model gave it, in nats; the perplexity is the %s.",
        first.identity().protocol(),
        first.windows().size(),
        first.tokens(),
        first.identity().averaging());
    page.close("p").close("header").line();
  }

  /// What stands before the body of a page.
  static void head(Markup page, String title) {
    page.open("!doctype html").line().open("html", "lang", "en").open("head").line();
    page.open("meta", "charset", "utf-8").line();
    page.open("meta", "http-equiv", "Content-Security-Policy", "content", POLICY).line();
    page.open("meta", "name", "viewport", "content", "width=device-width, initial-scale=1").line();
    page.open("meta", "name", "color-scheme", "content", "light dark").line();
    page.open("link", "rel", "icon", "href", "data:,").line();
    page.element("title", title).line().style(css()).close("head").line();
  }

  /// What a reader should know of few windows.
  private void few() {
    ResultRecord first = records.getFirst();
    if (first.windows().size() < BlockMeans.RELIABLE) {
      page.open("p", "class", "warning");
      page.say(
          "With fewer than %d windows, intervals may be too narrow: a text goes on about one thing"
              + " for pages.",
          BlockMeans.RELIABLE);
      page.close("p").line();
    }
  }

  private String title() {
    String text = records.getFirst().facts().path("corpus").path("text").asText("");
    String name = text.substring(Math.max(text.lastIndexOf('/'), text.lastIndexOf('\\')) + 1);
    String all = records.stream().map(ResultRecord::label).collect(Collectors.joining(", "));
    String models = all.length() <= TITLE ? all : records.size() + " results";
    return models + (name.isEmpty() || name.equals("null") ? "" : " on " + name);
  }

  private void section(String title) {
    page.open("section").element("h2", title).line();
  }

  private static String css() {
    try (InputStream in = ReportPage.class.getResourceAsStream("page.css")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
