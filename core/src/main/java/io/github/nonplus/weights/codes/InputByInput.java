package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;
import io.github.nonplus.weights.Format;
import io.github.nonplus.weights.InputCodes;
import io.github.nonplus.weights.Planes;
import io.github.nonplus.weights.Sideways;

/// A format whose words hold codes of one input for outputs side by side, with a scale and a zero
/// point for each output of a group of inputs. A weight is (code − zero) · scale, once rounded.
interface InputByInput extends Format, Sideways {
  /// The plane of scales, [groups, outputs].
  int SCALES = 2;

  /// Bits of a code.
  int bits();

  ElementType scaleType();

  /// The type that weights are rounded to.
  ElementType rounding();

  /// Groups of a row of that many inputs.
  int groups(int columns);

  /// What is stored of outputs `row` to `row + rows`.
  Outputs outputs(Planes planes, int row, int rows);

  /// Outputs side by side.
  interface Outputs {
    /// The first group that inputs from `column` on are in, in whatever order.
    int firstGroup(int column);

    /// One more than the last group that inputs up to `column` are in.
    int endGroup(int column);

    /// The group of an input.
    int group(int column);

    /// Writes the zero point of each output in a group to `zeros[at…]`.
    void zeros(int group, float[] zeros, int at);

    /// A word of each output that has its code for an input, which is no smaller than the one
    /// before. Good until the next call.
    int[] words(int column);

    /// Where in its word the code for the input begins that was asked for last.
    int shift(int column);
  }

  /// Looks at scales alone, unless one is so large that a weight might not be finite.
  @Override
  default int firstNonFinite(Planes planes, int row) {
    int groups = groups(planes.columns());
    for (int g = 0; g < groups; g++) {
      float scale = planes.number(SCALES, scaleType(), (long) g * planes.rows() + row);
      if (!Rounding.staysFinite(rounding(), scale, 256)) {
        return Format.super.firstNonFinite(planes, row);
      }
    }
    return -1;
  }

  @Override
  default void decode(Planes planes, int row, int column, int count, float[] target, int offset) {
    decode(planes, row, 1, column, count, target, offset, count);
  }

  @Override
  default void decode(
      Planes planes,
      int row,
      int rows,
      int column,
      int count,
      float[] target,
      int offset,
      int pitch) {
    if (count == 0) {
      return;
    }
    InputCodes codes = inputs(planes, row, rows, column, count);
    float[] values = new float[rows];
    for (int k = 0; k < count; k++) {
      codes.seek(column + k);
      codes.compose(rows, values, 0);
      for (int n = 0; n < rows; n++) {
        target[offset + k + n * pitch] = values[n];
      }
    }
  }

  @Override
  default InputCodes inputs(Planes planes, int row, int rows, int column, int count) {
    Outputs outputs = outputs(planes, row, rows);
    int first = outputs.firstGroup(column);
    int end = outputs.endGroup(column + count - 1);
    float[] scales = new float[(end - first) * rows];
    float[] zeros = new float[scales.length];
    for (int g = first; g < end; g++) {
      int at = (g - first) * rows;
      planes.numbers(SCALES, scaleType(), (long) g * planes.rows() + row, rows, scales, at);
      outputs.zeros(g, zeros, at);
    }
    return new InputCodes(rounding(), bits(), zeros, scales) {
      @Override
      public void seek(int input) {
        words = outputs.words(input);
        shift = outputs.shift(input);
        at = (outputs.group(input) - first) * rows;
      }
    };
  }
}
