package io.github.nonplus.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.nonplus.failure.RecordException;
import io.github.nonplus.report.Resolution;
import io.github.nonplus.report.record.RecordFile;
import io.github.nonplus.report.record.RecordText;
import io.github.nonplus.report.record.ResultRecord;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComparisonTest {
  /// Window means of the baseline; those of the other are larger by 0.1 · (1, 2, 3, …).
  private static final double[] MEANS = {1, 5, 2, 4, 3, 6, 2, 1};

  @TempDir Path directory;

  @Test
  void differencesArePairedWindowByWindow() {
    Comparison comparison = Comparison.of(record("a", 0), record("b", 0.1));
    assertThat(comparison.nll().value()).isEqualTo(0.45, within(1e-12));
    // Blocks of two windows: mean differences 0.15, 0.35, 0.55, 0.75.
    assertThat(comparison.nll().standardError())
        .isEqualTo(Math.sqrt((0.09 + 0.01 + 0.01 + 0.09) / 3 / 4), within(1e-12));
    assertThat(comparison.ratio()).isEqualTo(Math.exp(0.45), within(1e-12));
    assertThat(comparison.perplexity().value())
        .isEqualTo(Math.exp(3.45) - Math.exp(3), within(1e-10));
  }

  @Test
  void errorOfTheDifferenceOfPerplexitiesIsThatOfASmallChange() {
    // With both models nearly alike, the difference of perplexities is perplexity · that of means.
    Comparison comparison = Comparison.of(record("a", 0), record("b", 1e-7));
    assertThat(comparison.perplexity().value() / comparison.nll().value())
        .isEqualTo(Math.exp(3), within(1e-3));
    Comparison itself = Comparison.of(record("a", 0), record("b", 0));
    assertThat(itself.perplexity().halfWidth()).isZero();
    assertThat(itself.windowsToResolve(0.01)).isZero();
  }

  @Test
  void halfTheWidthNeedsFourTimesTheWindows() {
    Comparison comparison = Comparison.of(record("a", 0), record("b", 0.1));
    double now = comparison.perplexity().halfWidth();
    assertThat(comparison.windowsToResolve(now / 2)).isBetween(24L, 25L);
    assertThat(comparison.windowsToResolve(now * 2)).isZero();
    assertThat(Resolution.of(comparison, now / 2))
        .matches("about 2[45] more windows like these would bring .*");
    assertThat(Resolution.of(comparison, now * 2)).endsWith(" is resolved by these windows");
  }

  @Test
  void noTextIsLongEnoughForEveryDifference() {
    Comparison comparison = Comparison.of(record("a", 0), record("b", 0.1));
    double now = comparison.perplexity().halfWidth();
    assertThat(Resolution.of(comparison, now / 1e6))
        .matches(
            "about [0-9,]{15,} more windows like these would be needed .* no text is that long");
  }

  @Test
  void worstWindowsAndTokensComeFirst() {
    Comparison comparison = Comparison.of(record("a", 0), record("b", 0.1));
    assertThat(comparison.worstWindows(2)).extracting(each -> each.window()).containsExactly(7, 6);
    List<Comparison.TokenDifference> tokens = comparison.worstTokens(3);
    assertThat(tokens).hasSize(3).extracting(each -> each.position()).containsOnly(3);
    assertThat(tokens).extracting(each -> each.window()).containsExactly(7, 6, 5);
    assertThat(tokens.getFirst().difference()).isEqualTo(0.8 + 0.5, within(1e-12));
  }

  @Test
  void tokenInTwoOverlappingWindowsIsNamedOnce() {
    Consumer<ObjectNode> overlapping =
        json -> {
          ArrayNode windows = (ArrayNode) json.get("windows_scored");
          ((ArrayNode) windows.get(0).get("ids")).removeAll().add(7).add(8).add(9).add(5);
          ((ArrayNode) windows.get(1).get("ids")).removeAll().add(9).add(5).add(6).add(1);
        };
    ResultRecord one = read("a", overlapping);
    ResultRecord two =
        read(
            "b",
            json -> {
              overlapping.accept(json);
              // The id 5, with three ids before it in window 1 and with one in window 2.
              ((ArrayNode) json.get("windows_scored").get(0).get("nll")).set(2, 6.0);
              ((ArrayNode) json.get("windows_scored").get(1).get("nll")).set(0, 4.5);
              ((ArrayNode) json.get("windows_scored").get(0).get("nll")).set(0, 1.5);
              double mean = ((1.5 + 2 + 6) / 3 + (4.5 + 0.5 + 3.5) / 3 + 2) / 3;
              json.put("mean_nll", mean).put("perplexity", Math.exp(mean));
            });
    assertThat(Comparison.of(one, two).worstTokens(2))
        .extracting(each -> each.window() + ":" + each.position())
        .containsExactly("0:3", "0:1");
  }

  @Test
  void bandsOfPositionsDouble() {
    List<PositionLoss> bands = Comparison.of(record("a", 0), record("b", 0.1)).positions();
    assertThat(bands).extracting(PositionLoss::from).containsExactly(1, 2);
    assertThat(bands).extracting(PositionLoss::to).containsExactly(1, 3);
    assertThat(bands).extracting(PositionLoss::tokens).containsExactly(8L, 16L);
    assertThat(bands.getFirst().means()[0]).isEqualTo(3 - 0.5, within(1e-12));
  }

  @Test
  void otherWindowsAndProtocolsAreRefused() {
    refused(json -> json.put("protocol", "llamacpp"), "calculate both by the same protocol");
    refused(
        json -> ((ObjectNode) json.get("corpus")).put("windows_sha256", "c"),
        "calculate both on the same windows");
    refused(
        json -> ((ArrayNode) json.get("windows_scored").get(0).get("ids")).set(0, 9),
        "do not score the same ids");
  }

  @Test
  void anotherTokenizerIsToldBecauseTheIdsAreTheSame() {
    ResultRecord one = read("a", _ -> {});
    assertThat(Comparability.check(List.of(one, one))).isEmpty();
    assertThat(
            Comparability.check(
                List.of(
                    one,
                    read(
                        "b",
                        json -> ((ObjectNode) json.get("model")).putNull("tokenizer_sha256")))))
        .singleElement()
        .asString()
        .contains("have different tokenizer.json files");
  }

  private void refused(Consumer<ObjectNode> change, String sentence) {
    ResultRecord one = read("a", _ -> {});
    ResultRecord two = read("b", change);
    assertThatExceptionOfType(RecordException.class)
        .isThrownBy(() -> Comparability.check(List.of(one, two)))
        .withMessageContaining(sentence);
  }

  /// Eight windows of three tokens whose losses are mean − 0.5, mean, mean + 0.5; what is added to
  /// window w is `step` · (w + 1), and the last of its tokens gets half a nat of it more if there
  /// is any.
  private ResultRecord record(String name, double step) {
    return read(
        name,
        json -> {
          ArrayNode windows = (ArrayNode) json.get("windows_scored");
          windows.removeAll();
          double sum = 0;
          for (int w = 0; w < MEANS.length; w++) {
            double mean = MEANS[w] + step * (w + 1);
            double spread = step == 0.1 ? 1 : 0.5;
            ObjectNode window = windows.addObject();
            window.putArray("ids").add(w).add(w + 1).add(w + 2).add(w + 3);
            window.putArray("nll").add(mean - spread).add(mean).add(mean + spread);
            sum += mean;
          }
          json.put("mean_nll", sum / MEANS.length);
          RecordText.count(json);
          json.put("perplexity", Math.exp(sum / MEANS.length));
        });
  }

  private ResultRecord read(String name, Consumer<ObjectNode> change) {
    return RecordFile.read(RecordText.write(directory.resolve(name + ".json"), change));
  }
}
