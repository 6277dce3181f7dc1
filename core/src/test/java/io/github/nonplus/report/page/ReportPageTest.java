package io.github.nonplus.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.report.record.RecordFile;
import io.github.nonplus.report.record.RecordText;
import io.github.nonplus.report.record.ResultRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportPageTest {
  @TempDir Path directory;

  @Test
  void oneResultHasNoDifferences() {
    assertThat(headings(SampleRecord.page(List.of(SampleRecord.of(directory, "a", 0)), List.of())))
        .containsExactly(
            "Perplexity",
            "On the way through the text",
            "Loss and context",
            "Loss by kind of token",
            "Hardest passages",
            "Receipt");
  }

  @Test
  void thePageBeginsWithAVerdictAndTheFiguresSideBySide() {
    String page = two();
    String begin = page.substring(0, page.indexOf("<h2>"));
    assertThat(begin)
        .containsPattern("class=\"verdict t1\">b-long\\S* q4f16_0 is worse than a-long\\S* q4f16_0")
        .contains("times the other&#39;s, 95 % interval ")
        .contains(
            "<th scope=\"col\">ratio</th><th scope=\"col\">weights</th>"
                + "<th scope=\"col\">bits a weight</th><th scope=\"col\">tokens/s</th>"
                + "<th scope=\"col\">device</th><th scope=\"col\">begun</th>");
  }

  @Test
  void listsAreWordsAndNoJson() {
    ResultRecord record =
        RecordFile.read(
            RecordText.write(
                directory.resolve("r.json"),
                json -> {
                  ObjectNode verification = json.putObject("verification");
                  verification.putArray("windows").add(1).add(3);
                  verification.putArray("operations").addObject().put("difference", 0.5);
                  ArrayNode many = verification.putArray("many");
                  for (int i = 0; i < 100; i++) {
                    many.addObject().put("i", i);
                  }
                }));
    String page = SampleRecord.page(List.of(record), List.of());
    assertThat(page)
        .contains("verification › windows</th><td colspan=\"1\">1, 3</td>")
        .contains("verification › operations › 1 › difference</th>")
        .contains("100 entries")
        .doesNotContain("{&quot;", "[{");
  }

  @Test
  void expertsAreATableOfTheirOwn() {
    ResultRecord record =
        RecordFile.read(
            RecordText.write(
                directory.resolve("r.json"),
                json -> {
                  ObjectNode routing = json.putObject("routing").put("windows", 3);
                  ObjectNode router = routing.putArray("routers").addObject().put("layer", 4);
                  ArrayNode experts = router.putArray("experts");
                  experts.addObject().put("tokens", 1234).put("scored", 7).put("mean_nll", 2.5);
                  experts.addObject().put("tokens", 0);
                }));
    String page = SampleRecord.page(List.of(record), List.of());
    assertThat(headings(page)).contains("Experts");
    assertThat(page)
        .contains("1 of 2 experts were never chosen in 3 windows")
        .contains("<td title=\"expert 0\">1,234 · 2.500</td><td title=\"expert 1\">–</td>")
        .doesNotContain("routing ›");
  }

  @Test
  void severalResultsAreComparedWithTheFirst() {
    assertThat(headings(two()))
        .hasSize(7)
        .contains("Passages that suffer most")
        .anyMatch(heading -> heading.startsWith("Difference from a-long"));
  }

  @Test
  void nothingFromARecordIsMarkup() {
    String page = two();
    assertThat(page)
        .contains("&lt;script&gt;document.title=&#39;owned&#39;&lt;/script&gt;", "on&lt;load")
        .doesNotContain("<script", "<img", "<b>", "\u202e", "\u0007", "\u0000");
    assertThat(Pattern.compile("<(?:link|a|iframe|object|base)\\b[^>]*>").matcher(page).results())
        .extracting(MatchResult::group)
        .containsExactly("<link rel=\"icon\" href=\"data:,\">");
  }

  @Test
  void characterOfTwoTokensIsShownWithBoth() {
    String page =
        SampleRecord.page(
            List.of(
                RecordFile.read(
                    RecordText.write(
                        directory.resolve("r.json"),
                        json -> {
                          ArrayNode ids = (ArrayNode) json.get("windows_scored").get(0).get("ids");
                          ids.removeAll().add(0).add(1).add(2).add(3);
                          ((ObjectNode) json.get("token_texts")).putArray("3").add(0xa9);
                        }))),
            List.of());
    assertThat(page).contains("title=\"5.00 nats\">é</span>");
  }

  @Test
  void recordWithoutTextsSaysWhatIsLeftOut() {
    String page =
        SampleRecord.page(
            List.of(
                RecordFile.read(
                    RecordText.write(
                        directory.resolve("r.json"), json -> json.putNull("token_texts")))),
            List.of("Warning: of something"));
    assertThat(headings(page)).hasSize(4);
    assertThat(page)
        .contains("does not know what its ids stand for", "Warning: of something")
        .doesNotContain("NaN", "Infinity");
  }

  private String two() {
    return SampleRecord.page(
        List.of(SampleRecord.of(directory, "a", 0), SampleRecord.of(directory, "b", 0.5)),
        List.of());
  }

  private static List<String> headings(String page) {
    return Pattern.compile("<h2>([^<]*)</h2>")
        .matcher(page)
        .results()
        .map(match -> match.group(1))
        .toList();
  }
}
