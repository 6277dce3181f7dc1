package io.github.nonplus.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BlockMeansTest {
  @Test
  void eightWindowsAreFourBlocksOfTwo() {
    double[] values = {1, 3, 2, 4, 5, 7, 6, 4};
    Interval interval = mean(values);
    // Block means 2, 3, 6, 5 about the mean 4: deviations −2, −1, 2, 1.
    assertThat(interval.value()).isEqualTo(4);
    assertThat(interval.degrees()).isEqualTo(3);
    assertThat(interval.standardError()).isEqualTo(Math.sqrt(10.0 / 3 / 4), within(1e-15));
    assertThat(interval.halfWidth())
        .isEqualTo(3.182446305284263 * interval.standardError(), within(1e-15));
  }

  @Test
  void manyWindowsAreEightBlocks() {
    assertThat(mean(IntStream.range(0, 1001).asDoubleStream().toArray()).degrees()).isEqualTo(7);
  }

  @Test
  void windowsThatCountTwiceAreTwoWindows() {
    double[] values = {1, 3, 2, 4, 5, 7, 6, 9};
    double[] doubled =
        Arrays.stream(values).flatMap(v -> Arrays.stream(new double[] {v, v})).toArray();
    double[] weights = new double[8];
    Arrays.fill(weights, 2);
    assertThat(BlockMeans.mean(values, weights).value()).isEqualTo(mean(doubled).value());
  }

  @Test
  void windowOfNoWeightMovesNothing() {
    double[] values = {1, 3, 2, 4, 5, 1e9};
    Interval interval = BlockMeans.mean(values, new double[] {1, 1, 1, 1, 1, 0});
    assertThat(interval.value()).isEqualTo(3);
    assertThat(interval.standardError()).isLessThan(2);
  }

  @Test
  void fewerThanSixWindowsHaveNoInterval() {
    Interval interval = mean(new double[] {1, 2, 3, 4, 5});
    assertThat(interval.isKnown()).isFalse();
    assertThat(interval.halfWidth()).isNaN();
    assertThat(interval.excludes(100)).isFalse();
    assertThat(mean(new double[] {1, 2, 3, 4, 5, 6}).isKnown()).isTrue();
  }

  private static Interval mean(double[] values) {
    double[] weights = new double[values.length];
    Arrays.fill(weights, 1);
    return BlockMeans.mean(values, weights);
  }
}
