package io.github.nonplus.perplexity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.corpus.Extent;
import io.github.nonplus.protocol.Averaging;
import io.github.nonplus.protocol.Figure;
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

  private static Tally tally(Averaging averaging, Extent extent, WindowScore... scores) {
    Tally tally = new Tally(averaging, extent);
    for (WindowScore score : scores) {
      tally.add(score);
    }
    return tally;
  }

  @Test
  void everyTokenCountsTheSameWhereTokensAreAveraged() {
    Tally tally =
        tally(
            Averaging.TOKENS,
            Extent.NONE,
            new WindowScore(0, 3, new double[] {1, 2, 3}),
            new WindowScore(1, 3, new double[] {6}));
    assertThat(tally.meanNll()).isEqualTo(3);
    // √((50/4 − 9) / 3), as llama.cpp computes it
    assertThat(tally.standardErrorNll()).isCloseTo(Math.sqrt(3.5 / 3), within(1e-12));
    assertThat(tally.figure(Figure.MEAN_OF_RUNNING))
        .isCloseTo((Math.exp(2) + Math.exp(3)) / 2, within(1e-12));
  }

  @Test
  void aWindowWeighsItsLabelsLessOneInTheDocumentOfTransformers() {
    Tally tally =
        tally(
            Averaging.LABELS_LESS_ONE,
            Extent.NONE,
            new WindowScore(0, 1, new double[] {1, 1, 1}), // four labels, three scored: weight 3
            new WindowScore(1, 2, new double[] {5, 5})); // two labels, two scored: weight 1
    assertThat(tally.meanNll()).isEqualTo(2);
  }

  @Test
  void perplexitiesOfTextsAreAveragedAsTheyAre() {
    Tally tally =
        tally(
            Averaging.PERPLEXITIES,
            Extent.NONE,
            new WindowScore(0, new double[] {Math.log(2)}),
            new WindowScore(1, new double[] {Math.log(4), Math.log(4)}));
    assertThat(tally.perplexity()).isCloseTo(3, within(1e-12));
    assertThat(tally.standardError()).isCloseTo(1, within(1e-12)); // of 2 and 4
  }

  @Test
  void wordsAndBytesAreOfTheTextAndNotOfItsTokens() {
    Tally tally =
        tally(Averaging.WORDS, new Extent(2, 8), new WindowScore(0, new double[] {1, 2, 3}));
    assertThat(tally.perplexity()).isCloseTo(Math.exp(3), within(1e-12));
    assertThat(tally.figure(Figure.WORD_PERPLEXITY)).isEqualTo(tally.perplexity());
    assertThat(tally.figure(Figure.BYTE_PERPLEXITY)).isCloseTo(Math.exp(0.75), within(1e-12));
    assertThat(tally.figure(Figure.BITS_PER_BYTE)).isCloseTo(0.75 / Math.log(2), within(1e-12));
  }
}
