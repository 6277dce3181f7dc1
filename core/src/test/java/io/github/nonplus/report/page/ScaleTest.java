package io.github.nonplus.report.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ScaleTest {
  @Test
  void ticksAreRoundAndWithinTheAxis() {
    Scale scale = new Scale(29.3, 38.2, false);
    assertThat(scale.ticks(5)).containsExactly(30.0, 32.0, 34.0, 36.0, 38.0);
    assertThat(scale.label(30, 5)).isEqualTo("30");
    assertThat(new Scale(-0.05, 0.02, false).ticks(4)).containsExactly(-0.04, -0.02, 0.0, 0.02);
    assertThat(new Scale(0, 0.3, false).label(0.1, 6)).isEqualTo("0.10");
  }

  @Test
  void logarithmicTicksArePowersOfTwo() {
    Scale scale = new Scale(1, 256, true);
    assertThat(scale.ticks(6)).containsExactly(1.0, 4.0, 16.0, 64.0, 256.0);
    assertThat(scale.at(16)).isEqualTo(0.5, within(1e-12));
  }

  @Test
  void oneValueAloneHasAnAxis() {
    Scale scale = Scale.around(0, 0);
    assertThat(scale.at(0)).isEqualTo(0.5, within(1e-12));
    assertThat(Scale.around(7, 7).ticks(5)).isNotEmpty();
  }
}
