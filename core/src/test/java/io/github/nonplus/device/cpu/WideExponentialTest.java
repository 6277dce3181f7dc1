package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class WideExponentialTest {
  /// Two units in the last place, relative to numbers whose last place weighs least.
  private static final double BOUND = 2 * 0x1p-52;

  @Test
  void staysWithinTwoUnitsInTheLastPlace() {
    Random random = new Random(3);
    for (int i = 0; i < 200_000; i++) {
      double x = -Math.pow(2, random.nextDouble(-60, 9.46));
      double expected = StrictMath.exp(x);
      assertThat(Math.abs(WideExponential.of(x) - expected)).isLessThanOrEqualTo(BOUND * expected);
    }
  }

  @Test
  void isOneAtZeroAndNothingFarBelow() {
    assertThat(WideExponential.of(0)).isEqualTo(1);
    assertThat(WideExponential.of(WideExponential.LEAST)).isGreaterThan(Double.MIN_NORMAL);
    assertThat(WideExponential.of(Math.nextDown(WideExponential.LEAST))).isZero();
    assertThat(WideExponential.of(Double.NEGATIVE_INFINITY)).isZero();
    assertThat(WideExponential.of(Double.NaN)).isNaN();
  }
}
