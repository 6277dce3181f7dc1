package io.github.nonplus.divergence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class QuantileSketchTest {
  private static final double RELATIVE = 0x1p-14;

  @Test
  void aQuantileIsThatOfTheSortedValuesToItsRelativeError() {
    Random random = new Random(5);
    for (int count : new int[] {1, 2, 3, 10, 1001, 20_000}) {
      double[] values = new double[count];
      Arrays.setAll(values, _ -> Math.exp(6 * random.nextGaussian() - 4));
      QuantileSketch sketch = new QuantileSketch();
      for (double value : values) {
        sketch.add(value);
      }
      Arrays.sort(values);
      for (double share : new double[] {0, 0.001, 0.25, 0.5, 0.9, 0.99, 0.999, 1}) {
        double expected = values[Math.max(0, (int) Math.ceil(share * count) - 1)];
        assertThat(sketch.quantile(share)).isCloseTo(expected, within(RELATIVE * expected));
      }
      assertThat(sketch.largest()).isEqualTo(values[count - 1]);
    }
  }

  @Test
  void nothingAndWhatRoundingMadeNegativeCountAsZero() {
    QuantileSketch sketch = new QuantileSketch();
    assertThat(sketch.quantile(0.5)).isZero();
    for (double value : new double[] {0, -1e-17, 1e-20, 2}) {
      sketch.add(value);
    }
    assertThat(sketch.quantile(0.75)).isZero();
    assertThat(sketch.quantile(0.76)).isEqualTo(2);
    assertThat(sketch.largest()).isEqualTo(2);
  }

  @Test
  void theLargestDifferenceOfLogitsHasItsPlace() {
    QuantileSketch sketch = new QuantileSketch();
    sketch.add(2.0 * Float.MAX_VALUE);
    sketch.add(0x1p-50);
    assertThat(sketch.quantile(1)).isEqualTo(2.0 * Float.MAX_VALUE);
    assertThat(sketch.quantile(0.5)).isCloseTo(0x1p-50, within(1.001 * RELATIVE * 0x1p-50));
  }

  @Test
  void whatIsNoNumberIsRefused() {
    QuantileSketch sketch = new QuantileSketch();
    for (double value : new double[] {Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> sketch.add(value)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
