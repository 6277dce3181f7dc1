package io.github.nonplus.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A nominal 95 % interval holds the truth as often as it says: texts are drawn from real losses in
/// blocks of consecutive segments (so the truth, the mean over all segments, is known), cut into
/// overlapping windows as `qualcomm-mlc` does, and the interval of each is held against the truth.
///
/// docs/comparison.md has the figures of 20,000 texts; `-Dnonplus.coverage=20000` makes them.
class CoverageTest {
  private static final int TEXTS = Integer.getInteger("nonplus.coverage", 2000);
  private static final int SCORED = 255;

  /// `[segment][model, half]`.
  private static List<double[]> segments;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = CoverageTest.class.getResourceAsStream("segments.tsv")) {
      segments =
          new String(in.readAllBytes(), StandardCharsets.US_ASCII)
              .lines()
              .map(
                  line ->
                      List.of(line.split("\t")).stream().mapToDouble(Double::parseDouble).toArray())
              .toList();
    }
  }

  @ParameterizedTest(name = "{0} windows of a text that changes every {1}")
  @CsvSource({"200, 8", "400, 8", "400, 16", "800, 16", "800, 32", "1600, 32"})
  void pairedIntervalHoldsTheTruth(int windows, int block) {
    assertThat(coverage("paired", windows, block)).isBetween(92.0, 97.0);
  }

  @ParameterizedTest(name = "{0} windows of a text that changes every {1}")
  @CsvSource({"200, 8", "400, 8", "400, 16", "800, 16", "800, 32", "1600, 32"})
  void intervalOfOnePerplexityHoldsTheTruth(int windows, int block) {
    assertThat(coverage("single", windows, block)).isBetween(92.0, 97.0);
  }

  /// What the blocks are for: the test above can fail.
  @Test
  void windowsTakenAsIndependentWouldMissTheTruthFarMoreOften() {
    assertThat(coverage("independent", 400, 16)).isLessThan(75);
  }

  /// In percent.
  private static double coverage(String kind, int windows, int block) {
    Random random = new Random(42);
    double truth = truth(kind);
    int held = 0;
    for (int text = 0; text < TEXTS; text++) {
      double[] values = text(kind, windows, block, random);
      Interval interval = interval(kind, values);
      held += interval.excludes(truth) ? 0 : 1;
    }
    double percent = 100.0 * held / TEXTS;
    if (TEXTS > 2000) {
      System.out.printf(
          "%-12s %5d windows, blocks of %2d: %.1f %%%n", kind, windows, block, percent);
    }
    return percent;
  }

  private static Interval interval(String kind, double[] values) {
    double[] weights = new double[values.length];
    java.util.Arrays.fill(weights, 1);
    Interval blocks = BlockMeans.mean(values, weights);
    if (!kind.equals("independent")) {
      return blocks;
    }
    double squares = 0;
    for (double value : values) {
      squares += (value - blocks.value()) * (value - blocks.value());
    }
    return new Interval(blocks.value(), Math.sqrt(squares) / values.length, 7);
  }

  /// Means of the windows of a drawn text: of one model, or of the difference of both.
  private static double[] text(String kind, int windows, int block, Random random) {
    int[] drawn = new int[windows + 1];
    int start = 0;
    for (int s = 0; s < drawn.length; s++) {
      start = s % block == 0 ? random.nextInt(segments.size()) : start;
      drawn[s] = (start + s % block) % segments.size();
    }
    double[] values = new double[windows];
    for (int w = 0; w < windows; w++) {
      values[w] = (half(kind, drawn[w], 0) + half(kind, drawn[w + 1], 1)) / SCORED;
    }
    return values;
  }

  private static double truth(String kind) {
    double sum = 0;
    for (int s = 0; s < segments.size(); s++) {
      sum += half(kind, s, 0) + half(kind, s, 1);
    }
    return sum / segments.size() / SCORED;
  }

  private static double half(String kind, int segment, int half) {
    double[] line = segments.get(segment);
    return kind.equals("single") ? line[half] : line[2 + half] - line[half];
  }
}
