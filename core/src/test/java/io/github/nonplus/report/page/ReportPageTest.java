package io.github.nonplus.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.report.record.RecordFile;
import io.github.nonplus.report.record.RecordText;
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
    assertThat(headings(ReportPage.of(List.of(SampleRecord.of(directory, "a", 0)), List.of())))
        .containsExactly(
            "Perplexity",
            "On the way through the text",
            "Loss and context",
            "Loss by kind of token",
            "Hardest passages",
            "Receipt");
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
        ReportPage.of(
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
        ReportPage.of(
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
    return ReportPage.of(
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
