package io.github.nonplus.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.nonplus.program.rotation.DefaultRotation;
import io.github.nonplus.program.rotation.DynamicRotation;
import io.github.nonplus.program.rotation.LinearRotation;
import io.github.nonplus.program.rotation.Llama3Rotation;
import io.github.nonplus.program.rotation.YarnRotation;
import org.junit.jupiter.api.Test;

/// The laws of the rotations; their values are held by the checkpoints' golden losses.
class RotationTest {
  private static final int WIDTH = 64;
  private static final double[] PLAIN = new DefaultRotation(10_000).frequencies(WIDTH, 1);

  @Test
  void pairsTurnSlowerAndSlower() {
    assertThat(PLAIN).hasSize(32);
    assertThat(PLAIN[0]).isEqualTo(1);
    assertThat(PLAIN[16]).isCloseTo(0.01, within(1e-15));
  }

  @Test
  void linearScalingDividesEveryFrequency() {
    double[] scaled = new LinearRotation(10_000, 4).frequencies(WIDTH, 1);
    for (int i = 0; i < scaled.length; i++) {
      assertThat(scaled[i]).isEqualTo(PLAIN[i] / 4);
    }
  }

  @Test
  void dynamicScalingLeavesWindowsWithinTheTrainedLengthAlone() {
    DynamicRotation rotation = new DynamicRotation(10_000, 2, 100);
    assertThat(rotation.frequencies(WIDTH, 100)).isEqualTo(PLAIN);
    assertThat(rotation.frequencies(WIDTH, 7)).isEqualTo(PLAIN);
    assertThat(rotation.frequencies(WIDTH, 101)[31]).isLessThan(PLAIN[31]);
    assertThat(rotation.dependsOnWindow()).isTrue();
  }

  @Test
  void llama3KeepsFastPairsAndDividesSlowOnes() {
    double[] banded = new Llama3Rotation(10_000, 8, 1, 4, 1024).frequencies(WIDTH, 1);
    assertThat(banded[0]).isEqualTo(PLAIN[0]);
    assertThat(banded[31]).isEqualTo(PLAIN[31] / 8);
    for (int i = 1; i < banded.length; i++) {
      assertThat(banded[i]).isBetween(PLAIN[i] / 8, PLAIN[i]).isLessThan(banded[i - 1]);
    }
  }

  @Test
  void yarnKeepsFastPairsDividesSlowOnesAndSharpensAttention() {
    double factor = YarnRotation.defaultAttentionFactor(4);
    double[] ramped = new YarnRotation(10_000, 4, 32, 1, 1024, true, factor).frequencies(WIDTH, 1);
    assertThat(ramped[0]).isEqualTo(PLAIN[0]);
    assertThat(ramped[31]).isEqualTo(PLAIN[31] / 4);
    assertThat(factor).isCloseTo(0.1 * Math.log(4) + 1, within(1e-15));
    assertThat(YarnRotation.defaultAttentionFactor(1)).isEqualTo(1);
  }

  @Test
  void numbersThatNoRotationCanHaveAreRefused() {
    assertThatThrownBy(() -> new DefaultRotation(Double.NaN)).hasMessageContaining("rope_theta");
    assertThatThrownBy(() -> new LinearRotation(1, 0)).hasMessageContaining("factor");
    assertThatThrownBy(() -> new Llama3Rotation(1, 8, 4, 3, 10))
        .hasMessage("high_freq_factor is 3.0, expected at least low_freq_factor, 4.0");
  }

  @Test
  void llama3BlendsNoPairWhereBothFactorsAreOne() {
    double[] cut = new Llama3Rotation(10_000, 16, 1, 1, 1024).frequencies(WIDTH, 1);
    for (int i = 0; i < cut.length; i++) {
      boolean isFast = 1024 * PLAIN[i] / (2 * Math.PI) > 1;
      assertThat(cut[i]).isEqualTo(isFast ? PLAIN[i] : PLAIN[i] / 16);
    }
  }
}
