package io.github.nonplus.report.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.protocol.Averaging;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// How windows become a number, by each averaging.
class CombinationTest {
  private static final double WORDS = 9;

  private static final List<ScoredWindow> WINDOWS =
      List.of(window(2, 1, 2), window(3, 3, 4, 5), window(1, 0.5));

  private static ScoredWindow window(double weight, double... nll) {
    return new ScoredWindow(new int[nll.length + 1], weight, nll);
  }

  @Test
  void theExponentIsThatOfTheLaw() {
    double weighted = (2 * 1.5 + 3 * 4 + 1 * 0.5) / 6;
    assertThat(of(Averaging.LABELS_LESS_ONE).exponent(WINDOWS)).isEqualTo(weighted, within(1e-15));
    assertThat(of(Averaging.WORDS).exponent(WINDOWS))
        .isEqualTo(weighted * 6 / WORDS, within(1e-15));
    assertThat(of(Averaging.PERPLEXITIES).exponent(WINDOWS))
        .isEqualTo(Math.log((Math.exp(1.5) + Math.exp(4) + Math.exp(0.5)) / 3), within(1e-15));
  }

  /// To first order: of a long text, one window more.
  @ParameterizedTest
  @EnumSource(Averaging.class)
  void influencesSumToZeroAndAreThoseOfASmallChange(Averaging averaging) {
    double[] influences = of(averaging).influences(WINDOWS);
    assertThat(Arrays.stream(influences).sum()).isEqualTo(0, within(1e-15));
    for (int w = 0; w < influences.length; w++) {
      assertThat(moved(averaging, w)).isEqualTo(influences[w], within(1e-3));
    }
  }

  /// The text a thousand times over, and one more time one of its windows: the words, of which as
  /// many more are there, as by a text that is like the whole.
  private static double moved(Averaging averaging, int window) {
    int times = 1000;
    List<ScoredWindow> all = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      all.addAll(WINDOWS);
    }
    double before = Combination.of(averaging, times * WORDS).exponent(all);
    all.add(WINDOWS.get(window));
    double words = WORDS * (times + WINDOWS.get(window).weight() / 6);
    return (Combination.of(averaging, words).exponent(all) - before) * times;
  }

  @ParameterizedTest
  @EnumSource(Averaging.class)
  void theRunningExponentEndsInTheWhole(Averaging averaging) {
    double[] running = of(averaging).running(WINDOWS);
    assertThat(running[2]).isEqualTo(of(averaging).exponent(WINDOWS), within(1e-15));
  }

  private static Combination of(Averaging averaging) {
    return Combination.of(averaging, WORDS);
  }
}
