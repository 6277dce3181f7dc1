package io.github.nonplus.device.cpu;

/// Matrix products of some rows of activations with a packed matrix.
public interface Products {
  /// Rows of a tile, whose sums are in registers together. Divides 40.
  int tileRows();

  /// The products of [#multiply] for activations that are packed themselves, which is faster: as
  /// [Strips] of [#tileRows] rows with `depth` inputs, beginning at xAt. Whole tiles are computed,
  /// so `out` has room for `rows` rounded up, and what it then holds beyond `rows` is of no use.
  void multiplyTiles(
      float[] x,
      int xAt,
      int rows,
      float[] strips,
      int depth,
      int from,
      int to,
      int width,
      float[] out,
      int outAt,
      int outStride);

  /// Writes `rows` × `width` products: out(r, n) = Σ_k x(r, k) · matrix(n, k) over k in `from` to
  /// `to`, by one fused multiply-add for each k, ascending. A sum that begins at k = 0 starts with
  /// 0, any other with what `out` holds.
  ///
  /// @param x activations: row r's input k at xAt + r · xStride + k
  /// @param strips the matrix, packed as [Strips] says, with `depth` inputs
  /// @param width outputs, a multiple of the strips' width
  /// @param out row r's output n at outAt + r · outStride + n; shares nothing with `x`
  void multiply(
      float[] x,
      int xAt,
      int xStride,
      int rows,
      float[] strips,
      int depth,
      int from,
      int to,
      int width,
      float[] out,
      int outAt,
      int outStride);
}
