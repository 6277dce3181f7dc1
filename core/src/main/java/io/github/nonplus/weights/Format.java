package io.github.nonplus.weights;

import java.util.List;
import java.util.Optional;

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

  /// Writes weights `column` to `column + count` of the stored rows `row` to `row + rows`, one row
  /// every `pitch` numbers. The same as row by row; formats whose rows lie side by side do it at
  /// once.
  default void decode(
      Planes planes,
      int row,
      int rows,
      int column,
      int count,
      float[] target,
      int offset,
      int pitch) {
    for (int n = 0; n < rows; n++) {
      decode(planes, row + n, column, count, target, offset + n * pitch);
    }
  }

  /// The same weights as whole numbers under scales, if they are that.
  default Optional<Grouped> grouped() {
    return Optional.empty();
  }

  /// What is stored there that the format cannot mean, as part of a sentence: a group that is not
  /// there. Looked for before anything is decoded, and reads no more than what says where to look.
  default Optional<String> fault(Planes planes) {
    return Optional.empty();
  }

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
