package io.github.nonplus.device.cpu;

import java.util.Arrays;

/// The definition of products: plain loops.
final class ScalarProducts implements Products {
  private static final int STRIP = 64;

  /// Rows that share one walk through a strip. More would spill from the first-level cache.
  private static final int ROWS = 4;

  /// Tiles of one row are rows.
  @Override
  public int tileRows() {
    return 1;
  }

  @Override
  public void multiplyTiles(
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
      int outStride) {
    multiply(x, xAt, depth, rows, strips, depth, from, to, width, out, outAt, outStride);
  }

  @Override
  public void multiply(
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
      int outStride) {
    for (int n = 0; n < width; n += STRIP) {
      for (int row = 0; row < rows; row += ROWS) {
        int end = Math.min(rows, row + ROWS);
        if (from == 0) {
          for (int r = row; r < end; r++) {
            Arrays.fill(out, outAt + r * outStride + n, outAt + r * outStride + n + STRIP, 0);
          }
        }
        for (int k = from; k < to; k++) {
          for (int r = row; r < end; r++) {
            float factor = x[xAt + r * xStride + k];
            accumulate(out, outAt + r * outStride + n, factor, strips, n * depth + k * STRIP);
          }
        }
      }
    }
  }

  /// sums(n) += factor · strip(n), which the compiler turns into vector instructions.
  private static void accumulate(float[] sums, int sumsAt, float factor, float[] strip, int at) {
    for (int n = 0; n < STRIP; n++) {
      sums[sumsAt + n] = Math.fma(factor, strip[at + n], sums[sumsAt + n]);
    }
  }
}
