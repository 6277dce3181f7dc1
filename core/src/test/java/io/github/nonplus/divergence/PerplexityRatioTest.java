package io.github.nonplus.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.corpus.Extent;
import io.github.nonplus.protocol.Averaging;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Ratios of perplexities by the averagings that are no plain means.
class PerplexityRatioTest {
  private static WindowDivergence window(int window, double reference, double candidate) {
    return new WindowDivergence(
        window, 1, List.of(new RowDivergence(0, 0, true, reference, candidate)));
  }

  private static PerplexityRatio of(Averaging averaging) {
    PerplexityRatio ratio = PerplexityRatio.of(averaging, new Extent(4, 20));
    ratio.add(window(0, 1, 1.5));
    ratio.add(window(1, 2, 2.25));
    return ratio;
  }

  @Test
  void meansOfPerplexitiesAreDivided() {
    double reference = Math.exp(1) + Math.exp(2);
    double candidate = Math.exp(1.5) + Math.exp(2.25);
    PerplexityRatio ratio = of(Averaging.PERPLEXITIES);
    assertThat(ratio.ratio()).isEqualTo(candidate / reference, within(1e-15));
    assertThat(ratio.logarithm()).isEqualTo(Math.log(candidate / reference), within(1e-15));
    double apart = Math.exp(1.5) - ratio.ratio() * Math.exp(1); // the other text is as far below
    assertThat(ratio.standardErrorOfLogarithm())
        .isEqualTo(Math.sqrt(2 * 2 * apart * apart) / candidate, within(1e-7));
  }

  @Test
  void lossesByWordsAreDividedByWords() {
    assertThat(of(Averaging.WORDS).logarithm()).isEqualTo(0.75 / 4, within(1e-15));
    assertThat(of(Averaging.WORDS).ratio()).isEqualTo(Math.exp(0.75 / 4), within(1e-15));
  }

  @Test
  void oneTextHasNoError() {
    PerplexityRatio ratio = PerplexityRatio.of(Averaging.PERPLEXITIES, Extent.NONE);
    ratio.add(window(0, 1, 1));
    assertThat(ratio.standardErrorOfLogarithm()).isNaN();
  }
}
