package io.github.nonplus.device.cpu;

import java.util.Arrays;

/// The definition of products: plain loops.
final class ScalarProducts implements Products {
  private static final int STRIP = ScalarStripOperations.STRIP;

  @Override
  public int tileOutputs() {
    return 1;
  }

  @Override
  public void multiply(
      float[] tiles,
      int tilesAt,
      int depth,
      int outputs,
      float[] x,
      int xAt,
      int inputs,
      boolean goesOn,
      float[] out,
      int outAt) {
    for (int n = 0; n < outputs; n++) {
      int sums = outAt + n * STRIP;
      if (!goesOn) {
        Arrays.fill(out, sums, sums + STRIP, 0);
      }
      for (int k = 0; k < inputs; k++) {
        accumulate(out, sums, tiles[tilesAt + n * depth + k], x, xAt + k * STRIP);
      }
    }
  }

  @Override
  public void multiplyStrip(
      float[] strip, int stripAt, float[] x, int xAt, int inputs, float[] out, int outAt) {
    for (int n = 0; n < STRIP; n++) {
      int sums = outAt + n * STRIP;
      Arrays.fill(out, sums, sums + STRIP, 0);
      for (int k = 0; k < inputs; k++) {
        accumulate(out, sums, strip[stripAt + k * STRIP + n], x, xAt + k * STRIP);
      }
    }
  }

  /// sums(t) += weight · x(t), which the compiler turns into vector operations.
  private static void accumulate(float[] sums, int sumsAt, float weight, float[] x, int xAt) {
    for (int t = 0; t < STRIP; t++) {
      sums[sumsAt + t] = Math.fma(weight, x[xAt + t], sums[sumsAt + t]);
    }
  }
}
