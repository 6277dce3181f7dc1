package io.github.nonplus.device.cpu;

/// The definition of sums over two rows: plain loops.
final class ScalarPairSums implements PairSums {
  @Override
  public float max(float[] x, int at, int count) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, x[at + i]);
    }
    return max;
  }

  @Override
  public void sum(
      float[] x, int xAt, float xMax, float[] y, int yAt, float yMax, int count, double[] sums) {
    double[][] lanes = new double[COUNT][Kernels.LANES];
    for (int i = 0; i < count; i++) {
      PairSums.add(
          (double) x[xAt + i] - xMax, (double) y[yAt + i] - yMax, lanes, i % Kernels.LANES);
    }
    for (int i = 0; i < COUNT; i++) {
      sums[i] = Lanes.sum(lanes[i]);
    }
  }
}
