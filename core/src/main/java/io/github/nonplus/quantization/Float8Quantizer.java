package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.codes.CodeType;

/// The definition of quantization to eight bits, bit for bit what MLC's converter computes on a
/// CPU: TVM shortens a float32 there by its bits.
///
/// The mantissa is rounded, in a tie to the even one. An exponent below the least is 0, without a
/// sign. At the least, which is that of subnormal numbers, the mantissa stays that of a normal one:
/// what is stored is another, smaller number. Nothing is clamped: E5M2 of 65504 is infinite.
public final class Float8Quantizer {
  /// The bias of a float32.
  private static final int BIAS = 127;

  private static final int MANTISSA = 23;

  /// The largest number of E4M3, which the largest weight becomes.
  private static final float LARGEST = 448;

  /// The least scale, a float16: where a whole matrix is 0, for one.
  private static final float LEAST_SCALE = ElementType.FLOAT16.rounded(1 / (LARGEST * 512));

  private final int mantissa;

  /// The exponent of a float32 that subnormal numbers have here.
  private final int least;

  /// @param numbers [CodeType#E4M3] or [CodeType#E5M2]
  public Float8Quantizer(CodeType numbers) {
    this.mantissa =
        switch (numbers) {
          case E4M3 -> 3;
          case E5M2 -> 2;
          case UNSIGNED, SIGNED, E2M1, E8M0 -> throw new IllegalArgumentException(numbers.name());
        };
    this.least = BIAS - (1 << 6 - mantissa) + 1;
  }

  /// The scale of a matrix by its largest magnitude, both float16.
  public static float scale(float largest) {
    return Math.max(ElementType.FLOAT16.rounded(largest / LARGEST), LEAST_SCALE);
  }

  /// Writes the code of each finite weight divided by `scale`.
  public void quantize(float[] weights, float scale, byte[] codes) {
    for (int k = 0; k < codes.length; k++) {
      codes[k] = code(weights[k] / scale);
    }
  }

  private byte code(float value) {
    int lost = MANTISSA - mantissa;
    int bits = Float.floatToRawIntBits(value);
    int size = bits & Integer.MAX_VALUE;
    int rounded = size + (1 << lost - 1) - 1 + (size >>> lost & 1) >>> lost;
    int code = rounded - (least << mantissa);
    return code < 0 ? 0 : (byte) (bits >>> 24 & 0x80 | code);
  }
}
