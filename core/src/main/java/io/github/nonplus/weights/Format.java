package io.github.nonplus.weights;

import java.util.List;

/// How a matrix is stored, whatever its size and numbers: the definition of what its bits mean. An
/// open set; equal formats are stored alike.
///
/// A format addresses rows and columns, not blocks: groups may follow a table of their own, blocks
/// may cross the ends of rows, codes those of words. The table of docs/formats.md says how.
public interface Format {
  /// What it is called in results and libraries: `bfloat16`, `q4f16_0`, `Q6_K`.
  String name();

  /// What decodes it on a GPU.
  Snippet snippet();

  /// Bytes of each plane of a stored matrix of that size, exactly. An [ArithmeticException] if they
  /// are too many to be counted; columns that the format cannot store are an
  /// [IllegalArgumentException].
  List<Long> planeBytes(int rows, int columns);

  /// Writes weights `column` to `column + count` of a stored row to `target[offset…]`. The planes
  /// have the lengths of [#planeBytes], the rest is within them.
  void decode(Planes planes, int row, int column, int count, float[] target, int offset);

  /// The first column of a stored row whose bits are not a finite number (for a group, its first
  /// column), or -1.
  default int firstNonFinite(Planes planes, int row) {
    float[] values = new float[planes.columns()];
    decode(planes, row, 0, values.length, values, 0);
    for (int k = 0; k < values.length; k++) {
      if (!Float.isFinite(values[k])) {
        return k;
      }
    }
    return -1;
  }
}
