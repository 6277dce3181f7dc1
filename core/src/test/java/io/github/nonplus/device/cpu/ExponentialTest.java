package io.github.nonplus.device.cpu;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ExponentialTest {
  @Test
  void isWithinElevenTenthsOfAUnitInTheLastPlace() {
    Random random = new Random(1);
    for (int i = 0; i < 1_000_000; i++) {
      float x = i % 2 == 0 ? -87 * random.nextFloat() : -random.nextFloat();
      double exact = StrictMath.exp(x);
      assertThat(Math.abs(Exponential.of(x) - exact) / Math.ulp((float) exact))
          .as("e^%s", x)
          .isLessThan(1.1);
    }
  }

  @Test
  void ofZeroIsExactlyOne() {
    assertThat(Exponential.of(0f)).isEqualTo(1);
    assertThat(Exponential.of(-0f)).isEqualTo(1);
  }

  @Test
  void isZeroWhereTheResultWouldNotBeNormal() {
    assertThat(Exponential.of(Exponential.LEAST)).isGreaterThanOrEqualTo(Float.MIN_NORMAL);
    assertThat(Exponential.of(Math.nextDown(Exponential.LEAST))).isZero();
    assertThat(Exponential.of(-Float.MAX_VALUE)).isZero();
    assertThat(Exponential.of(Float.NEGATIVE_INFINITY)).isZero();
  }

  @Test
  void keepsWhatIsNotANumber() {
    assertThat(Exponential.of(Float.NaN)).isNaN();
  }
}
