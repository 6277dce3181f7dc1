package io.github.nonplus.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.nonplus.corpus.FullWindows;
import io.github.nonplus.corpus.NewTokenWindows;
import io.github.nonplus.corpus.RollingWindows;
import io.github.nonplus.corpus.Span;
import io.github.nonplus.corpus.WholeText;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Every window of small texts, and laws over many sizes.
class WindowingTest {
  @Test
  void llamaCppScoresTheSecondHalfOfDisjointChunksAndDropsTheTail() {
    assertThat(Drawing.of(Protocols.LLAMACPP.windows().of().apply(6, 6), 14))
        .containsExactly(
            "token      0 1 2 3 4 5 6 7 8 9 0 1 2 3",
            "window 0   · · · · x x",
            "window 1               · · · · x x");
  }

  @Test
  void llamaCppScores255Of512And1023Of2048() {
    assertThat(Protocols.LLAMACPP.windows().of().apply(512, 512).spans(1024))
        .containsExactly(new Span(0, 512, 255), new Span(512, 1024, 255));
    assertThat(Protocols.LLAMACPP.windows().of().apply(2048, 0).spans(2048))
        .containsExactly(new Span(0, 2048, 1023));
  }

  @Test
  void autoGptqScoresFromToken512InLongWindows() {
    assertThat(Protocols.AUTOGPTQ.windows().of().apply(2048, 0).spans(2048))
        .containsExactly(new Span(0, 2048, 1535));
    assertThat(Protocols.AUTOGPTQ.windows().of().apply(512, 0).spans(512))
        .containsExactly(new Span(0, 512, 255));
  }

  @Test
  void stridesOfLlamaCppNeverEndExactlyWithTheText() {
    assertThat(Protocols.LLAMACPP_STRIDE.windows().of().apply(6, 2).spans(10))
        .containsExactly(new Span(0, 6, 2), new Span(2, 8, 2));
    assertThat(Protocols.LLAMACPP_STRIDE.windows().of().apply(6, 2).spans(11))
        .containsExactly(new Span(0, 6, 2), new Span(2, 8, 2), new Span(4, 10, 2));
  }

  @Test
  void newTokenWindowsScoreEveryTokenButTheFirstExactlyOnce() {
    for (int stride = 1; stride <= 5; stride++) {
      for (int tokens = 2; tokens <= 30; tokens++) {
        Map<Integer, Integer> times = timesScored(new NewTokenWindows(5, stride).spans(tokens));
        if (stride < 5) {
          assertThat(times)
              .hasSize(tokens - 1)
              .doesNotContainKey(0)
              .allSatisfy((_, n) -> assertThat(n).isOne());
        }
      }
    }
  }

  @Test
  void newTokenWindowsEndWithTheTextAndTheLastMayBeShort() {
    assertThat(Drawing.of(new NewTokenWindows(4, 2), 9))
        .containsExactly(
            "token      0 1 2 3 4 5 6 7 8",
            "window 0   · x x x",
            "window 1       · · x x",
            "window 2           · · x x",
            "window 3               · · x");
  }

  @Test
  void rollingWindowsScoreEveryTokenAfterThePrefixExactlyOnce() {
    for (int length = 1; length <= 6; length++) {
      for (int tokens = 2; tokens <= 30; tokens++) {
        List<Span> spans = new RollingWindows(length).spans(tokens);
        int most = length + 1;
        assertThat(spans)
            .allSatisfy(span -> assertThat(span.end() - span.start()).isLessThanOrEqualTo(most));
        assertThat(timesScored(spans))
            .hasSize(tokens - 1)
            .allSatisfy((_, n) -> assertThat(n).isOne());
      }
    }
  }

  @Test
  void theLastRollingWindowSlidesBack() {
    assertThat(Drawing.of(new RollingWindows(4), 10))
        .containsExactly(
            "token      0 1 2 3 4 5 6 7 8 9",
            "window 0   · x x x x",
            "window 1           · x x x x",
            "window 2             · · · · x");
  }

  @Test
  void windowsOfExllamaV3BeginEvery2048TokensWhateverTheirLength() {
    assertThat(Protocols.EXLLAMAV3.windows().of().apply(256, 0).spans(4097))
        .containsExactly(new Span(0, 256, 255), new Span(2048, 2304, 255));
    assertThat(Protocols.EXLLAMAV3.windows().of().apply(2048, 0).spans(4096))
        .containsExactly(new Span(0, 2048, 2047));
  }

  @Test
  void aWholeTextIsCutAtTheWindow() {
    assertThat(new WholeText(6).spans(4)).containsExactly(new Span(0, 4, 3));
    assertThat(new WholeText(6).spans(9)).containsExactly(new Span(0, 6, 5));
    assertThat(new WholeText(6).spans(0)).isEmpty();
  }

  @Test
  void fullWindowsStopAtTheMost() {
    assertThat(new FullWindows(2, 2, 1, true, 3).spans(100)).hasSize(3);
  }

  @Test
  void fullWindowsOfTheLargestSizesDoNotOverflow() {
    assertThat(new FullWindows(5, Integer.MAX_VALUE, 1, true, 9).spans(Integer.MAX_VALUE))
        .hasSize(1);
    assertThat(FullWindows.disjoint(Integer.MAX_VALUE, 1).spans(7)).isEmpty();
    assertThat(new RollingWindows(Integer.MAX_VALUE).spans(7)).containsExactly(new Span(0, 7, 6));
  }

  @Test
  void windowsThatCannotBeScoredAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> FullWindows.disjoint(4, 4))
        .withMessage("4 scored ids of a window of 4, expected 1 to 3");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FullWindows(4, 0, 1, true, 1))
        .withMessage("the stride is 0, at least 1 expected");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Protocols.HF_STRIDE.windows().of().apply(4, 3))
        .withMessageContaining("the stride is the window less one (3)");
  }

  private static Map<Integer, Integer> timesScored(List<Span> spans) {
    Map<Integer, Integer> times = new HashMap<>();
    for (Span span : spans) {
      IntStream.range(span.end() - span.scored(), span.end())
          .forEach(token -> times.merge(token, 1, Integer::sum));
    }
    return times;
  }
}
