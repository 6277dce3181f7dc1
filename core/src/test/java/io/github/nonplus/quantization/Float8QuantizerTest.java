package io.github.nonplus.quantization;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.nonplus.weights.codes.CodeType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Against the numbers of all codes, one by one. What MLC's converter makes of whole models is in
/// `MlcConversionGoldenTest`.
class Float8QuantizerTest {
  private static int code(CodeType type, float weight, float scale) {
    byte[] codes = new byte[1];
    new Float8Quantizer(type).quantize(new float[] {weight}, scale, codes);
    return codes[0] & 0xFF;
  }

  /// Every float16 that is neither too small nor too large becomes the number that is nearest, of
  /// two the one with an even code.
  @ParameterizedTest
  @EnumSource(
      value = CodeType.class,
      names = {"E4M3", "E5M2"})
  void normalNumbersBecomeTheNearest(CodeType type) {
    float least = type == CodeType.E4M3 ? 0x1p-6f : 0x1p-14f;
    float largest = type == CodeType.E4M3 ? 448 : 57344;
    int checked = 0;
    for (int bits = 0; bits < 0x7C00; bits++) {
      float weight = Float.float16ToFloat((short) bits);
      if (weight < least || weight > largest) {
        continue;
      }
      int nearest = 0;
      for (int code = 1; type.value(code) <= largest; code++) {
        float nearer = Math.abs(type.value(code) - weight) - Math.abs(type.value(nearest) - weight);
        nearest = nearer < 0 || (nearer == 0 && code % 2 == 0) ? code : nearest;
      }
      assertThat(code(type, weight, 1)).as("%s", weight).isEqualTo(nearest);
      assertThat(code(type, -weight, 1)).as("-%s", weight).isEqualTo(nearest | 0x80);
      checked++;
    }
    assertThat(checked).isGreaterThan(15_000);
  }

  /// What TVM makes of numbers below the least normal one: nothing, or the mantissa that they had.
  @ParameterizedTest
  @CsvSource({
    "E4M3, 0x1.0p-7,  0", // 0.0078125 as 0
    "E4M3, 0x1.2p-7,  1", // and a little more as 2^-9
    "E4M3, 0x1.Ep-7,  7",
    "E4M3, -0x1.Ep-7, 135",
    "E4M3, 0x1.Fp-7,  8", // rounds to 2^-6, which is normal
    "E4M3, 0x1.Ep-8,  0",
    "E4M3, -0x1.Ep-8, 0", // and its sign is lost
    "E5M2, 0x1.4p-15, 1",
    "E5M2, -0x1.0p-16, 0",
    "E5M2, 65504,     124", // infinite
  })
  void smallNumbersAreThoseOfMlc(CodeType type, String weight, int code) {
    assertThat(code(type, Float.parseFloat(weight.contains("x") ? weight : weight + "f"), 1))
        .isEqualTo(code);
  }

  @Test
  void aScaleIsAFloat16AndNeverBelowItsLeast() {
    assertThat(Float8Quantizer.scale(448)).isEqualTo(1);
    assertThat(Float8Quantizer.scale(0.3f))
        .isEqualTo(Float.float16ToFloat(Float.floatToFloat16(0.3f / 448)));
    assertThat(Float8Quantizer.scale(0)).isEqualTo(73 * 0x1p-24f);
    assertThat(Float8Quantizer.scale(0x1p-24f)).isEqualTo(73 * 0x1p-24f);
  }
}
