package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Snippet;
import java.util.List;
import java.util.Map;

/// AWQ's codes of four bits, an input a row: [inputs, outputs / 8] words, whose nibbles are outputs
/// 0 2 4 6 1 3 5 7. A weight is (code − zero) · scale, once rounded.
///
/// Planes: words; zero points [groups, outputs / 8] in the same order; scales [groups, outputs].
///
/// @param group inputs of a group, 0 for all
public record Awq(int group, ElementType scaleType, ElementType rounding) implements Format {
  private static final int WORDS = 0;
  private static final int ZEROS = 1;
  private static final int SCALES = 2;
  private static final int PER_WORD = 8;

  public Awq {
    if (group < 0) {
      throw new IllegalArgumentException("groups of " + group);
    }
  }

  @Override
  public String name() {
    return "awq uint4 %s groups of %s%s"
        .formatted(
            scaleType.mlcName(),
            group == 0 ? "all" : Integer.toString(group),
            Rounding.label(rounding));
  }

  @Override
  public Snippet snippet() {
    return new Snippet(
        "awq",
        3,
        Map.of(
            "GROUP_INPUTS", group,
            "SCALE_TYPE", scaleType.code(),
            "ROUNDING", rounding.code()));
  }

  @Override
  public List<Long> planeBytes(int rows, int columns) {
    if (rows % PER_WORD != 0) {
      throw new IllegalArgumentException(rows + " outputs are no whole words of 8 codes");
    }
    long groups = group == 0 ? 1 : Math.ceilDiv(columns, group);
    return List.of(
        (long) columns * (rows / 2),
        groups * (rows / 2),
        Math.multiplyExact(groups * scaleType.bytes(), rows));
  }

  /// The lowest bit of an output's code in its word.
  private static int shift(int row) {
    int place = row % PER_WORD;
    return 4 * (place % 2 * 4 + place / 2);
  }

  /// Looks at scales alone, unless one is so large that a weight might not be finite.
  @Override
  public int firstNonFinite(Planes planes, int row) {
    long groups = planes.data().get(SCALES).byteSize() / ((long) scaleType.bytes() * planes.rows());
    for (int g = 0; g < groups; g++) {
      float scale = planes.number(SCALES, scaleType, (long) g * planes.rows() + row);
      if (!Rounding.staysFinite(rounding, scale, 256)) {
        return Format.super.firstNonFinite(planes, row);
      }
    }
    return -1;
  }

  @Override
  public void decode(Planes planes, int row, int column, int count, float[] target, int offset) {
    decode(planes, row, 1, column, count, target, offset, count);
  }

  @Override
  public void decode(
      Planes planes,
      int row,
      int rows,
      int column,
      int count,
      float[] target,
      int offset,
      int pitch) {
    int firstWord = row / PER_WORD;
    int[] words = new int[(row + rows - 1) / PER_WORD + 1 - firstWord];
    int[] zeroWords = new int[words.length];
    float[] scales = new float[rows];
    float[] zeros = new float[rows];
    float[] values = new float[rows];
    long across = planes.rows() / PER_WORD;
    int[] shifts = new int[rows];
    for (int n = 0; n < rows; n++) {
      shifts[n] = shift(row + n);
    }
    int group = -1;
    for (int k = column; k < column + count; k++) {
      int its = this.group == 0 ? 0 : k / this.group;
      if (its != group) {
        group = its;
        planes.words(ZEROS, group * across + firstWord, words.length, zeroWords, 0);
        codes(zeroWords, row % PER_WORD, shifts, zeros);
        planes.numbers(SCALES, scaleType, (long) group * planes.rows() + row, rows, scales, 0);
      }
      planes.words(WORDS, k * across + firstWord, words.length, words, 0);
      codes(words, row % PER_WORD, shifts, values);
      for (int n = 0; n < rows; n++) {
        values[n] = (values[n] - zeros[n]) * scales[n];
      }
      Rounding.round(rounding, values, 0, rows);
      int out = offset + k - column;
      for (int n = 0; n < rows; n++) {
        target[out + n * pitch] = values[n];
      }
    }
  }

  /// The codes of outputs side by side.
  ///
  /// @param first the place of the first in the first word
  /// @param shifts of each in its word
  private static void codes(int[] words, int first, int[] shifts, float[] codes) {
    for (int n = 0; n < shifts.length; n++) {
      codes[n] = words[first + n >>> 3] >>> shifts[n] & 15;
    }
  }
}
