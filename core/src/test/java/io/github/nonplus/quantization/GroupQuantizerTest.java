package io.github.nonplus.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.weights.ElementType;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// Groups worked out by hand: bits of the weights, words and scales in hexadecimal.
class GroupQuantizerTest {
  private static final String WEIGHTS_WITH_TIES =
      """
      224C A9D6 2C7B 9FFF 287B 1D1F AC29 0000 A266 2C00 25C3 AB0A 1625 A843 2A28 AC7B \
      23AE A666 29C3 9D1F 2773 A495 11BC 2BD5 A922 26CF A112 2AB5 ABAE 24D0 A87B 28CD\
      """;

  private static int[] words(String hex) {
    return Arrays.stream(hex.split(" ")).mapToInt(HexFormat::fromHexDigits).toArray();
  }

  private static float[] halves(String hex) {
    int[] bits = words(hex);
    float[] values = new float[bits.length];
    for (int i = 0; i < bits.length; i++) {
      values[i] = Float.float16ToFloat((short) bits[i]);
    }
    return values;
  }

  private record Row(int[] words, float[] scales) {}

  private static Row quantize(String scheme, Rounding rounding, float[] weights) {
    GroupQuantization quantization = (GroupQuantization) Quantization.named(scheme);
    int groups = quantization.groups(weights.length);
    Row row = new Row(new int[groups * quantization.wordsPerGroup()], new float[groups]);
    new GroupQuantizer(quantization, rounding, Layout.NK)
        .quantize(weights, weights.length, row.words, row.scales);
    return row;
  }

  @Test
  void tiesGoToTheEvenCode() {
    Row row = quantize("q4f16_1", Rounding.TIES_TO_EVEN, halves(WEIGHTS_WITH_TIES));
    assertThat(row.words).isEqualTo(words("708A6E28 0C4729D6 D75A6C48 B491C6A3"));
    assertThat(row.scales).containsExactly(halves("211F"));
  }

  @Test
  void tiesGoAwayFromZeroIfAskedTo() {
    Row row = quantize("q4f16_1", Rounding.TIES_AWAY, halves(WEIGHTS_WITH_TIES));
    assertThat(row.words).isEqualTo(words("718B6E28 0C4729D6 D75A7C59 B491C6A3"));
    assertThat(row.scales).containsExactly(halves("211F"));
  }

  /// W[n][k] = (((n K + k) 37) mod 101 - 50) / 256.
  private static float[] pattern(int row, int columns) {
    float[] weights = new float[columns];
    for (int k = 0; k < columns; k++) {
      weights[k] = ((row * columns + k) * 37 % 101 - 50) / 256f;
    }
    return weights;
  }

  @Test
  void aPartialGroupEndsInZeros() {
    for (Rounding rounding : Rounding.values()) {
      Row row = quantize("q4f16_0", rounding, pattern(1, 40));
      assertThat(row.words)
          .isEqualTo(
              words("3C72B509 2B61A4E8 1A5E93D7 094D82C6 E82C71B5 00000000 00000000 00000000"));
      assertThat(row.scales).containsExactly(halves("2700 266E"));
    }
  }

  @Test
  void threeBitCodesLeaveTheTopTwoBitsOfAWordZero() {
    Row row = quantize("q3f16_1", Rounding.TIES_TO_EVEN, pattern(0, 45));
    assertThat(row.words)
        .isEqualTo(
            words("1666B310 34359A84 22ACD622 1666B316 00001A84 00000000 00000000 00000000"));
    assertThat(row.scales).containsExactly(halves("2C2B 2C00"));
  }

  @Test
  void float32SchemesComputeInFloat32() {
    Row row = quantize("q4f32_1", Rounding.TIES_TO_EVEN, pattern(1, 40));
    assertThat(row.scales)
        .containsExactly(Float.intBitsToFloat(0x3CE00000), Float.intBitsToFloat(0x3CCDB6DB));
  }

  @Test
  void aGroupOfZerosIsAllZeroBits() {
    Row row = quantize("q4f16_1", Rounding.TIES_TO_EVEN, new float[32]);
    assertThat(row.words).containsOnly(0);
    assertThat(row.scales).containsExactly(0);
  }

  @Test
  void aScaleThatUnderflowsLeavesOnlySigns() {
    float[] weights = new float[32];
    System.arraycopy(halves("0003 8003 0001"), 0, weights, 0, 3);
    Row row = quantize("q4f16_1", Rounding.TIES_TO_EVEN, weights);
    assertThat(row.words).containsExactly(0xE0E, 0, 0, 0);
    assertThat(row.scales).containsExactly(0);
  }

  @Test
  void codesAreNeverAboveTwiceTheZeroPoint() {
    float[] weights = new float[64];
    for (int i = 0; i < 64; i++) {
      weights[i] = Float.float16ToFloat((short) (i * 1021));
    }
    for (int word : quantize("q4f16_1", Rounding.TIES_AWAY, weights).words) {
      assertThat(IntStream.range(0, 8).map(i -> word >>> 4 * i & 15)).allMatch(code -> code <= 14);
    }
  }

  @Test
  void matricesDoNotDependOnTheOrderOfRows() {
    // 70 rows are three tasks, the last one partial.
    GroupQuantization scheme = (GroupQuantization) Quantization.named("q4f16_0");
    try (var arena = java.lang.foreign.Arena.ofShared()) {
      for (Layout layout : Layout.values()) {
        var matrix =
            new MatrixQuantizer(scheme, Rounding.TIES_TO_EVEN)
                .quantize(
                    (row, target) -> System.arraycopy(pattern(row, 40), 0, target, 0, 40),
                    70,
                    40,
                    layout,
                    arena);
        GroupFormat format = (GroupFormat) matrix.format();
        assertThat(format.scaleType()).isEqualTo(ElementType.FLOAT16);
        for (int n = 0; n < 70; n++) {
          Row row = quantize("q4f16_0", Rounding.TIES_TO_EVEN, pattern(n, 40));
          for (int i = 0; i < row.words.length; i++) {
            assertThat(format.word(matrix.planes(), n, i)).isEqualTo(row.words[i]);
          }
          assertThat(format.scale(matrix.planes(), n, 1)).isEqualTo(row.scales[1]);
        }
      }
    }
  }
}
