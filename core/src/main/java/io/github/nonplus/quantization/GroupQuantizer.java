package io.github.nonplus.quantization;

import io.github.nonplus.weights.ElementType;

/// The definition of group quantization, bit for bit what MLC's converter computes on a CPU.
///
/// For each group of a row, in the scheme's model type T with every operation rounded to T: `scale
/// = max|w| / zeroPoint`, `code = clamp(round(w / scale + zeroPoint), 0, 2 zeroPoint)`.
///
/// Where T is bfloat16, operations are float32's, and only what is stored is rounded. The scale
/// that codes are computed with is the stored one in [Layout#NK], but not in [Layout#KN].
public final class GroupQuantizer {
  private final GroupQuantization scheme;
  private final Rounding rounding;
  private final ElementType arithmetic;
  private final boolean roundsScale;
  private final float lowest;

  /// @param layout of what is quantized
  public GroupQuantizer(GroupQuantization scheme, Rounding rounding, Layout layout) {
    this.scheme = scheme;
    this.rounding = rounding;
    this.roundsScale = layout == Layout.NK;
    this.lowest = -scheme.modelType().largest();
    this.arithmetic =
        switch (scheme.modelType()) {
          case FLOAT16 -> ElementType.FLOAT16;
          case BFLOAT16, FLOAT32 -> ElementType.FLOAT32;
        };
  }

  /// Quantizes one row of `columns` weights, each of them a value of T.
  ///
  /// @param words receives the packed codes: `groups * wordsPerGroup` words
  /// @param scales receives one scale a group
  public void quantize(float[] weights, int columns, int[] words, float[] scales) {
    int codesPerWord = scheme.codesPerWord();
    for (int group = 0; group < scheme.groups(columns); group++) {
      int from = group * scheme.groupSize();
      int to = Math.min(columns, from + scheme.groupSize());
      float scale = scale(weights, from, to);
      scales[group] = scheme.rounded(scale);
      scale = roundsScale ? scales[group] : scale;
      int word = group * scheme.wordsPerGroup();
      for (int k = from; k < from + scheme.groupSize(); k += codesPerWord) {
        words[word++] = pack(weights, k, Math.min(to, k + codesPerWord), scale);
      }
    }
  }

  /// The comparisons are written as MLC's reduction makes them, so that a NaN is taken and then
  /// replaced by whatever follows it; beyond the end of a row follows the lowest number.
  private float scale(float[] weights, int from, int to) {
    float largest = lowest;
    for (int k = from; k < to; k++) {
      float magnitude = Math.abs(weights[k]);
      largest = largest > magnitude ? largest : magnitude;
    }
    if (to - from < scheme.groupSize()) {
      largest = largest > lowest ? largest : lowest;
    }
    return rounded(largest / scheme.zeroPoint());
  }

  /// The codes of `from` to `to`, lowest bits first; positions beyond the row are 0.
  private int pack(float[] weights, int from, int to, float scale) {
    int zeroPoint = scheme.zeroPoint();
    int word = 0;
    for (int k = from; k < to; k++) {
      float shifted = rounded(rounded(weights[k] / scale) + zeroPoint);
      word |= clamp(rounding.round(shifted), 2 * zeroPoint) << (scheme.bits() * (k - from));
    }
    return word;
  }

  /// Ordered comparisons: NaN becomes 0, which `Math.max` would not make of it.
  private static int clamp(double code, int largest) {
    double atLeastZero = code > 0 ? code : 0;
    return (int) (atLeastZero < largest ? atLeastZero : largest);
  }

  /// Rounded to what is computed in. A quotient or sum of two float16 numbers rounded to float32
  /// first still rounds to the right float16.
  private float rounded(float value) {
    return arithmetic.rounded(value);
  }
}
