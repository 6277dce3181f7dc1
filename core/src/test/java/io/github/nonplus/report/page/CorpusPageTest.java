package io.github.nonplus.report.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// The page and the JSON of a corpus say what was counted.
class CorpusPageTest {
  private static CorpusSummary summary(Map<Integer, Long> histogram) {
    return new CorpusSummary(
        Map.of("input", "<script>", "protocol", "hf-evaluate"),
        1234,
        3,
        2,
        5000,
        5000 * Math.log(20),
        700,
        histogram,
        List.of(
            new CorpusSummary.Bucket("head", 12.5),
            new CorpusSummary.Bucket("middle", 40.25),
            new CorpusSummary.Bucket("tail", null)),
        "exact, by sorting",
        50.0,
        Map.of("executor 1 on a", new CorpusSummary.Executor(1, 1 << 20)),
        1.5);
  }

  @Test
  void thePageSaysCountsBoundsAndWhatWasLeftOut() {
    String page = CorpusPage.of(summary(Map.of(CorpusSummary.bin(20), 900L)));
    assertThat(page)
        .contains("1,234 documents, 5,000 scored tokens", "all tokens together is 20.0000")
        .contains("3 documents have no score", "Of 1,234 documents 700 were kept")
        .contains("19.03 to 22.63")
        .contains("perplexity up to 12.5", "Bounds: exact, by sorting.")
        .contains("&lt;script&gt;")
        .doesNotContain("<script");
  }

  @Test
  void aBinBeginsAtAQuarterOfADoublingAndHoldsWhatLiesInIt() {
    for (double perplexity : new double[] {1, 1.18, 1.2, 19.5, 20, 1e300}) {
      int bin = CorpusSummary.bin(perplexity);
      assertThat(perplexity)
          .isBetween(CorpusSummary.begin(bin) * (1 - 1e-12), CorpusSummary.begin(bin + 1));
    }
    assertThat(CorpusSummary.bin(Double.POSITIVE_INFINITY)).isEqualTo(4096);
  }

  @Test
  void longTailsAreOneRow() {
    String page = CorpusPage.of(summary(Map.of(0, 5L, 39, 2L, 40, 3L, 400, 4L)));
    assertThat(page).contains("from 861.08 on").contains(">9<");
    assertThat(CorpusPage.of(summary(Map.of()))).contains("No document has a score.");
  }

  @Test
  void theJsonHasThePerplexityOfAllTokensAndTheExecutors() throws IOException {
    JsonNode json = new ObjectMapper().readTree(summary(Map.of(3, 4L)).json());
    assertThat(json.path("perplexity").asDouble()).isEqualTo(Math.exp(Math.log(20) * 5000 / 5000));
    assertThat(json.path("histogram").path(0).path("documents").asLong()).isEqualTo(4);
    assertThat(json.path("buckets").path(2).path("up_to").isNull()).isTrue();
    assertThat(json.path("executors").path(0).path("models").asInt()).isEqualTo(1);
  }
}
