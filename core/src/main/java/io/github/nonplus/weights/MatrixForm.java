package io.github.nonplus.weights;

/// How a matrix is stored and read, whatever its size and numbers: what a kernel that reads it is
/// made for.
///
/// @param gathered whether its rows are in another order than the stored ones
/// @param transposed whether its rows are stored columns
public record MatrixForm(Format format, boolean gathered, boolean transposed) {
  /// Of a matrix that is read as it is stored.
  public static MatrixForm of(Format format) {
    return new MatrixForm(format, false, false);
  }
}
