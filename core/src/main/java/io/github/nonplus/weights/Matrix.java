package io.github.nonplus.weights;

/// A weight matrix as it is stored: `rows` outputs by `columns` inputs. A device reads it through
/// `decode`, which is the definition of what the stored bits mean.
public sealed interface Matrix permits DenseMatrix, GroupQuantizedMatrix {
  int rows();

  int columns();

  /// How it is stored.
  MatrixForm form();

  /// Bytes of storage, scales included.
  long bytes();

  /// The rows `from` (inclusive) to `to` (exclusive), without copying.
  Matrix slice(int from, int to);

  /// The index, counted row by row, of the first weight whose stored bits are not a finite number
  /// (for a group, of its first weight), or -1. Reads everything once.
  long firstNonFinite();

  /// Writes rows `from` to `to` as float32, row-major, `columns` apart, from index `offset` on.
  /// Exact: every storable value is a float32.
  void decode(int from, int to, float[] target, int offset);
}
