package io.github.nonplus.reference.bitsandbytes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What the digests of a whole model do not show: where a value lies on a bound, and odd ends. The
/// expected bytes are those that bitsandbytes 0.50.2 gave.
class FourBitMatrixTest {
  private static final float[] EXAMPLE = {
    2, -1, 0.5f, 0.2f, -0.2f, 0.006f, -0.006f, 0.005f, -0.005f, -2
  };

  @ParameterizedTest
  @CsvSource({"FP4, 3d76e1980b0000", "NF4, f2a86777707777"})
  void aBlockOfExamples(CodeTable table, String bytes) {
    assertThat(packed(quantized(table, Arrays.copyOf(EXAMPLE, 64)), 7)).isEqualTo(bytes);
  }

  @Test
  void aValueOnABoundGoesTowardsMinusOne() {
    float[] block = new float[64];
    int[] bits = {0x3f800000, 0x3ed55556, 0xbed55556, 0x3ed55557, 0xbed55555};
    for (int i = 0; i < bits.length; i++) {
      block[i] = Float.intBitsToFloat(bits[i]);
    }
    assertThat(packed(quantized(CodeTable.FP4, block), 3)).isEqualTo("34d5c0");
  }

  @ParameterizedTest
  @CsvSource({"FP4, 3f3bb000, bafa4000, 0, 9", "NF4, 3f236800, bf0a9591, 1, 0"})
  void aWholeBlockIsMultipliedByAReciprocalAndAShortOneDivided(
      CodeTable table, String maximum, String value, int whole, int shorter) {
    float[] block = new float[64];
    block[0] = Float.intBitsToFloat(Integer.parseUnsignedInt(value, 16));
    block[1] = Float.intBitsToFloat(Integer.parseUnsignedInt(maximum, 16));
    assertThat(quantized(table, block).packed()[0] >> 4 & 0xF).isEqualTo(whole);
    assertThat(quantized(table, Arrays.copyOf(block, 32)).packed()[0] >> 4 & 0xF)
        .isEqualTo(shorter);
  }

  @Test
  void zerosHaveTheCodeOfZeroAndNoMaximum() {
    FourBitMatrix fp4 = quantized(CodeTable.FP4, new float[64]);
    assertThat(fp4.packed()).containsOnly(0);
    assertThat(fp4.maxima()).containsExactly(0);
    assertThat(quantized(CodeTable.NF4, new float[64]).packed()).containsOnly(0x77);
  }

  @Test
  void aNaNTakesItsWholeBlockWithIt() {
    float[] block = new float[64];
    block[5] = Float.NaN;
    FourBitMatrix matrix = quantized(CodeTable.NF4, block);
    assertThat(matrix.packed()).containsOnly(0xFF);
    assertThat(matrix.maxima()[0]).isNaN();
  }

  @Test
  void anOddListIsFilledUpWithAZero() {
    FourBitMatrix matrix = quantized(CodeTable.NF4, new float[] {1, 1, 1});
    assertThat(packed(matrix, 2)).isEqualTo("fff7");
    float[] back = new float[3];
    matrix.dequantize(matrix.scales(), 0, 3, back);
    assertThat(back).containsExactly(1, 1, 1);
  }

  @Test
  void maximaAreQuantizedAroundTheirMean() {
    QuantizedMaxima maxima = QuantizedMaxima.of(new float[] {1, 2, 3, 4.5f});
    assertThat(maxima.offset()).isEqualTo(2.625f);
    assertThat(maxima.maxima()).containsExactly(1.875f);
    assertThat(maxima.codes()).containsExactly(9, 47, (byte) 198, (byte) 255);
    assertThat(maxima.restored())
        .containsExactly(1.00048828125f, 2.00244140625f, 3.01025390625f, 4.5f);
  }

  @Test
  void equalMaximaComeBackExactly() {
    QuantizedMaxima maxima = QuantizedMaxima.of(new float[] {0.3f, 0.3f});
    assertThat(maxima.codes()).containsOnly(0);
    assertThat(maxima.restored()).containsOnly(0.3f);
  }

  private static FourBitMatrix quantized(CodeTable table, float[] values) {
    return FourBitMatrix.quantize(
        table,
        values.length,
        (from, count, target) -> System.arraycopy(values, (int) from, target, 0, count),
        false);
  }

  private static String packed(FourBitMatrix matrix, int bytes) {
    return HexFormat.of().formatHex(matrix.packed(), 0, bytes);
  }
}
