package io.github.nonplus.program.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.nonplus.failure.WeightsException;
import io.github.nonplus.program.operand.Buffer;
import io.github.nonplus.program.operand.Parameter;
import io.github.nonplus.program.operand.RowSpace;
import io.github.nonplus.program.operand.View;
import org.junit.jupiter.api.Test;

/// Rates of decay, and what llama.cpp stores in their place.
class StoredRateTest {
  private static final Buffer X = new Buffer("x", RowSpace.TOKENS, 4);
  private static final Decay DECAY =
      new Decay(X.view(), Parameter.vector("rates", 2), new Buffer("out", RowSpace.TOKENS, 4));

  @Test
  void aRateIsThePowerOfE() {
    float half = (float) -Math.exp(0.5f);
    assertThat(DECAY.factors(new float[] {0, 0.5f})).containsExactly(-1, -1, half, half);
  }

  @Test
  void aFactorIsTakenAsItIs() {
    Decay factors = DECAY.withRatesAs(StoredRate.FACTOR);
    assertThat(factors.factors(new float[] {-1.5f, 0})).containsExactly(-1.5f, -1.5f, 0, 0);
    assertThat(factors.text()).contains("rates as factors");
  }

  @Test
  void theFactorsOfASelectiveStateLieStateByState() {
    View state = new View(X, 0, 2);
    ScanLaw.Selective law =
        new ScanLaw.Selective(
                X.view(),
                X.view(),
                state,
                state,
                Parameter.matrix("A", 4, 2),
                Parameter.vector("D", 4))
            .withRatesAs(StoredRate.FACTOR);
    assertThat(law.factors(new float[] {-1, -2, -3, -4, -5, -6, -7, -8}))
        .containsExactly(-1, -3, -5, -7, -2, -4, -6, -8);
  }

  @Test
  void aFactorThatLetsAStateGrowIsRefused() {
    assertThatThrownBy(() -> DECAY.withRatesAs(StoredRate.FACTOR).factors(new float[] {-1, 0.25f}))
        .isInstanceOf(WeightsException.class)
        .hasMessage(
            "'rates' holds 0.25, but what a state is made smaller by is none above 0; the file is damaged");
  }
}
