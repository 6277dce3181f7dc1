package io.github.nonplus.corpus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// The best that can be said of ids without their context.
class UnigramTest {
  @Test
  void idsOfEqualSharesHaveThePerplexityOfTheirNumber() {
    int[] ids = IntStream.range(0, 2001).map(i -> i % 4).toArray();
    Unigram unigram = Unigram.of(Windows.of(ids));
    assertThat(unigram.tokens()).isEqualTo(2000);
    assertThat(unigram.nll()).isCloseTo(Math.log(4) + 3 / 2.0 / 2000, within(1e-12));
    assertThat(unigram.isBetterThan(1.5)).isTrue();
    assertThat(unigram.isBetterThan(1.3)).isFalse();
  }

  @Test
  void onlyScoredIdsCount() {
    Windows windows =
        new Windows(new int[] {9, 9, 9, 1, 1}, new int[] {0}, new int[] {5}, new int[] {2}, true);
    assertThat(Unigram.of(windows).nll()).isZero();
  }

  @Test
  void fewIdsSayTooLittleForAnAlarm() {
    assertThat(Unigram.of(Windows.of(new int[] {1, 1, 1, 1})).isBetterThan(100)).isFalse();
  }
}
