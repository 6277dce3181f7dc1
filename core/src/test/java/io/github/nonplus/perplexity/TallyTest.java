package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TallyTest {
  private static Tally tally(double[]... windows) {
    Tally tally = new Tally();
    for (int w = 0; w < windows.length; w++) {
      tally.add(new WindowScore(w, windows[w]));
    }
    return tally;
  }

  @Test
  void aShortWindowCountsAsMuchAsALongOne() {
    Tally tally = tally(new double[] {1, 2, 3}, new double[] {6});
    assertThat(tally.meanNll()).isEqualTo(4);
    assertThat(tally.perplexity()).isEqualTo(Math.exp(4));
    assertThat(tally.tokens()).isEqualTo(4);
    assertThat(tally.windows()).isEqualTo(2);
  }

  @Test
  void theStandardErrorIsThatOfTheWindowMeans() {
    Tally tally = tally(new double[] {1}, new double[] {2}, new double[] {6});
    // variance of 1, 2, 6 with n − 1: 7; divided by three windows
    assertThat(tally.standardErrorNll()).isCloseTo(Math.sqrt(7 / 3.0), within(1e-12));
    assertThat(tally.standardError())
        .isCloseTo(tally.perplexity() * Math.sqrt(7 / 3.0), within(1e-10));
  }

  @Test
  void oneWindowHasNoStandardError() {
    assertThat(tally(new double[] {1, 2}).standardErrorNll()).isNaN();
  }
}
