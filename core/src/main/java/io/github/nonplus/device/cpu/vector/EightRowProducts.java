package io.github.nonplus.device.cpu.vector;

import io.github.nonplus.device.cpu.Products;
import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/// Products for processors with 32 vector registers: 8 rows by 2 vectors of sums stay in registers,
/// with 2 vectors of weights and the factors that the compiler loads ahead.
final class EightRowProducts implements Products {
  private static final VectorSpecies<Float> SPECIES = Specialized.species(MethodHandles.lookup());
  private static final int LENGTH = SPECIES.length();
  private static final int STRIP = 2 * LENGTH;
  private static final int ROWS = 8;

  @Override
  public int tileRows() {
    return ROWS;
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
    if (from == 0) {
      clear(out, outAt, outStride, Math.ceilDiv(rows, ROWS) * ROWS, width);
    }
    for (int n = 0; n < width; n += STRIP) {
      for (int row = 0; row < rows; row += ROWS) {
        int at = outAt + row * outStride + n;
        tile(x, xAt + row * depth, strips, n * depth, from, to, out, at, outStride);
      }
    }
  }

  private static void clear(float[] out, int outAt, int outStride, int rows, int width) {
    for (int row = 0; row < rows; row++) {
      Arrays.fill(out, outAt + row * outStride, outAt + row * outStride + width, 0);
    }
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
    if (from == 0) {
      clear(out, outAt, outStride, rows, width);
    }
    for (int n = 0; n < width; n += STRIP) {
      int at = n * depth;
      int row = 0;
      for (; row + ROWS <= rows; row += ROWS) {
        rows8(
            x,
            xAt + row * xStride,
            xStride,
            strips,
            at,
            from,
            to,
            out,
            outAt + row * outStride + n,
            outStride);
      }
      for (; row < rows; row++) {
        row(x, xAt + row * xStride, strips, at, from, to, out, outAt + row * outStride + n);
      }
    }
  }

  private static void row(
      float[] x, int xAt, float[] strip, int at, int from, int to, float[] out, int outAt) {
    FloatVector sumA = FloatVector.fromArray(SPECIES, out, outAt);
    FloatVector sumB = FloatVector.fromArray(SPECIES, out, outAt + LENGTH);
    for (int k = from; k < to; k++) {
      FloatVector factor = FloatVector.broadcast(SPECIES, x[xAt + k]);
      sumA = factor.fma(FloatVector.fromArray(SPECIES, strip, at + k * STRIP), sumA);
      sumB = factor.fma(FloatVector.fromArray(SPECIES, strip, at + k * STRIP + LENGTH), sumB);
    }
    sumA.intoArray(out, outAt);
    sumB.intoArray(out, outAt + LENGTH);
  }

  /// Eight rows with one strip. Flat on purpose: calls and loops would keep the sums out of
  /// registers.
  private static void rows8(
      float[] x,
      int x0,
      int xStride,
      float[] strip,
      int at,
      int from,
      int to,
      float[] out,
      int outAt,
      int outStride) {
    int x1 = x0 + xStride;
    int x2 = x1 + xStride;
    int x3 = x2 + xStride;
    int x4 = x3 + xStride;
    int x5 = x4 + xStride;
    int x6 = x5 + xStride;
    int x7 = x6 + xStride;
    FloatVector sum0a = FloatVector.fromArray(SPECIES, out, outAt);
    FloatVector sum0b = FloatVector.fromArray(SPECIES, out, outAt + LENGTH);
    FloatVector sum1a = FloatVector.fromArray(SPECIES, out, outAt + outStride);
    FloatVector sum1b = FloatVector.fromArray(SPECIES, out, outAt + outStride + LENGTH);
    FloatVector sum2a = FloatVector.fromArray(SPECIES, out, outAt + 2 * outStride);
    FloatVector sum2b = FloatVector.fromArray(SPECIES, out, outAt + 2 * outStride + LENGTH);
    FloatVector sum3a = FloatVector.fromArray(SPECIES, out, outAt + 3 * outStride);
    FloatVector sum3b = FloatVector.fromArray(SPECIES, out, outAt + 3 * outStride + LENGTH);
    FloatVector sum4a = FloatVector.fromArray(SPECIES, out, outAt + 4 * outStride);
    FloatVector sum4b = FloatVector.fromArray(SPECIES, out, outAt + 4 * outStride + LENGTH);
    FloatVector sum5a = FloatVector.fromArray(SPECIES, out, outAt + 5 * outStride);
    FloatVector sum5b = FloatVector.fromArray(SPECIES, out, outAt + 5 * outStride + LENGTH);
    FloatVector sum6a = FloatVector.fromArray(SPECIES, out, outAt + 6 * outStride);
    FloatVector sum6b = FloatVector.fromArray(SPECIES, out, outAt + 6 * outStride + LENGTH);
    FloatVector sum7a = FloatVector.fromArray(SPECIES, out, outAt + 7 * outStride);
    FloatVector sum7b = FloatVector.fromArray(SPECIES, out, outAt + 7 * outStride + LENGTH);
    for (int k = from; k < to; k++) {
      FloatVector a = FloatVector.fromArray(SPECIES, strip, at + k * STRIP);
      FloatVector b = FloatVector.fromArray(SPECIES, strip, at + k * STRIP + LENGTH);
      FloatVector factor = FloatVector.broadcast(SPECIES, x[x0 + k]);
      sum0a = factor.fma(a, sum0a);
      sum0b = factor.fma(b, sum0b);
      factor = FloatVector.broadcast(SPECIES, x[x1 + k]);
      sum1a = factor.fma(a, sum1a);
      sum1b = factor.fma(b, sum1b);
      factor = FloatVector.broadcast(SPECIES, x[x2 + k]);
      sum2a = factor.fma(a, sum2a);
      sum2b = factor.fma(b, sum2b);
      factor = FloatVector.broadcast(SPECIES, x[x3 + k]);
      sum3a = factor.fma(a, sum3a);
      sum3b = factor.fma(b, sum3b);
      factor = FloatVector.broadcast(SPECIES, x[x4 + k]);
      sum4a = factor.fma(a, sum4a);
      sum4b = factor.fma(b, sum4b);
      factor = FloatVector.broadcast(SPECIES, x[x5 + k]);
      sum5a = factor.fma(a, sum5a);
      sum5b = factor.fma(b, sum5b);
      factor = FloatVector.broadcast(SPECIES, x[x6 + k]);
      sum6a = factor.fma(a, sum6a);
      sum6b = factor.fma(b, sum6b);
      factor = FloatVector.broadcast(SPECIES, x[x7 + k]);
      sum7a = factor.fma(a, sum7a);
      sum7b = factor.fma(b, sum7b);
    }
    sum0a.intoArray(out, outAt);
    sum0b.intoArray(out, outAt + LENGTH);
    sum1a.intoArray(out, outAt + outStride);
    sum1b.intoArray(out, outAt + outStride + LENGTH);
    sum2a.intoArray(out, outAt + 2 * outStride);
    sum2b.intoArray(out, outAt + 2 * outStride + LENGTH);
    sum3a.intoArray(out, outAt + 3 * outStride);
    sum3b.intoArray(out, outAt + 3 * outStride + LENGTH);
    sum4a.intoArray(out, outAt + 4 * outStride);
    sum4b.intoArray(out, outAt + 4 * outStride + LENGTH);
    sum5a.intoArray(out, outAt + 5 * outStride);
    sum5b.intoArray(out, outAt + 5 * outStride + LENGTH);
    sum6a.intoArray(out, outAt + 6 * outStride);
    sum6b.intoArray(out, outAt + 6 * outStride + LENGTH);
    sum7a.intoArray(out, outAt + 7 * outStride);
    sum7b.intoArray(out, outAt + 7 * outStride + LENGTH);
  }

  /// The same with a packed tile, whose numbers have one address that counts up.
  private static void tile(
      float[] x,
      int tile,
      float[] strip,
      int at,
      int from,
      int to,
      float[] out,
      int outAt,
      int outStride) {
    FloatVector sum0a = FloatVector.fromArray(SPECIES, out, outAt);
    FloatVector sum0b = FloatVector.fromArray(SPECIES, out, outAt + LENGTH);
    FloatVector sum1a = FloatVector.fromArray(SPECIES, out, outAt + outStride);
    FloatVector sum1b = FloatVector.fromArray(SPECIES, out, outAt + outStride + LENGTH);
    FloatVector sum2a = FloatVector.fromArray(SPECIES, out, outAt + 2 * outStride);
    FloatVector sum2b = FloatVector.fromArray(SPECIES, out, outAt + 2 * outStride + LENGTH);
    FloatVector sum3a = FloatVector.fromArray(SPECIES, out, outAt + 3 * outStride);
    FloatVector sum3b = FloatVector.fromArray(SPECIES, out, outAt + 3 * outStride + LENGTH);
    FloatVector sum4a = FloatVector.fromArray(SPECIES, out, outAt + 4 * outStride);
    FloatVector sum4b = FloatVector.fromArray(SPECIES, out, outAt + 4 * outStride + LENGTH);
    FloatVector sum5a = FloatVector.fromArray(SPECIES, out, outAt + 5 * outStride);
    FloatVector sum5b = FloatVector.fromArray(SPECIES, out, outAt + 5 * outStride + LENGTH);
    FloatVector sum6a = FloatVector.fromArray(SPECIES, out, outAt + 6 * outStride);
    FloatVector sum6b = FloatVector.fromArray(SPECIES, out, outAt + 6 * outStride + LENGTH);
    FloatVector sum7a = FloatVector.fromArray(SPECIES, out, outAt + 7 * outStride);
    FloatVector sum7b = FloatVector.fromArray(SPECIES, out, outAt + 7 * outStride + LENGTH);
    for (int k = from; k < to; k++) {
      FloatVector a = FloatVector.fromArray(SPECIES, strip, at + k * STRIP);
      FloatVector b = FloatVector.fromArray(SPECIES, strip, at + k * STRIP + LENGTH);
      FloatVector factor = FloatVector.broadcast(SPECIES, x[tile + k * ROWS]);
      sum0a = factor.fma(a, sum0a);
      sum0b = factor.fma(b, sum0b);
      factor = FloatVector.broadcast(SPECIES, x[tile + k * ROWS + 1]);
      sum1a = factor.fma(a, sum1a);
      sum1b = factor.fma(b, sum1b);
      factor = FloatVector.broadcast(SPECIES, x[tile + k * ROWS + 2]);
      sum2a = factor.fma(a, sum2a);
      sum2b = factor.fma(b, sum2b);
      factor = FloatVector.broadcast(SPECIES, x[tile + k * ROWS + 3]);
      sum3a = factor.fma(a, sum3a);
      sum3b = factor.fma(b, sum3b);
      factor = FloatVector.broadcast(SPECIES, x[tile + k * ROWS + 4]);
      sum4a = factor.fma(a, sum4a);
      sum4b = factor.fma(b, sum4b);
      factor = FloatVector.broadcast(SPECIES, x[tile + k * ROWS + 5]);
      sum5a = factor.fma(a, sum5a);
      sum5b = factor.fma(b, sum5b);
      factor = FloatVector.broadcast(SPECIES, x[tile + k * ROWS + 6]);
      sum6a = factor.fma(a, sum6a);
      sum6b = factor.fma(b, sum6b);
      factor = FloatVector.broadcast(SPECIES, x[tile + k * ROWS + 7]);
      sum7a = factor.fma(a, sum7a);
      sum7b = factor.fma(b, sum7b);
    }
    sum0a.intoArray(out, outAt);
    sum0b.intoArray(out, outAt + LENGTH);
    sum1a.intoArray(out, outAt + outStride);
    sum1b.intoArray(out, outAt + outStride + LENGTH);
    sum2a.intoArray(out, outAt + 2 * outStride);
    sum2b.intoArray(out, outAt + 2 * outStride + LENGTH);
    sum3a.intoArray(out, outAt + 3 * outStride);
    sum3b.intoArray(out, outAt + 3 * outStride + LENGTH);
    sum4a.intoArray(out, outAt + 4 * outStride);
    sum4b.intoArray(out, outAt + 4 * outStride + LENGTH);
    sum5a.intoArray(out, outAt + 5 * outStride);
    sum5b.intoArray(out, outAt + 5 * outStride + LENGTH);
    sum6a.intoArray(out, outAt + 6 * outStride);
    sum6b.intoArray(out, outAt + 6 * outStride + LENGTH);
    sum7a.intoArray(out, outAt + 7 * outStride);
    sum7b.intoArray(out, outAt + 7 * outStride + LENGTH);
  }
}
