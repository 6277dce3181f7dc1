package io.github.nonplus.device.cpu;

/// The definition of what is done to a strip: plain loops.
final class ScalarStripOperations implements StripOperations {
  /// Tokens of a strip.
  static final int STRIP = 16;

  @Override
  public void norm(float[] x, int xAt, float[] weight, double epsilon, float[] out, int outAt) {
    for (int t = 0; t < STRIP; t++) {
      float[] lanes = new float[Kernels.LANES];
      for (int n = 0; n < weight.length; n++) {
        float value = x[xAt + n * STRIP + t];
        lanes[n % Kernels.LANES] = Math.fma(value, value, lanes[n % Kernels.LANES]);
      }
      float factor = (float) (1 / Math.sqrt((double) Lanes.sum(lanes) / weight.length + epsilon));
      for (int n = 0; n < weight.length; n++) {
        out[outAt + n * STRIP + t] = x[xAt + n * STRIP + t] * factor * weight[n];
      }
    }
  }

  @Override
  public void rotate(float[] head, int at, int size, float[] cosine, float[] sine) {
    int half = size / 2 * STRIP;
    for (int i = 0; i < half; i++) {
      float first = head[at + i];
      float second = head[at + half + i];
      head[at + i] = first * cosine[i] - second * sine[i];
      head[at + half + i] = second * cosine[i] + first * sine[i];
    }
  }

  @Override
  public void gateSilu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      float g = gate[gateAt + i];
      float e = Exponential.of(-Math.abs(g));
      float sigmoid = (g < 0 ? e : 1) / (1 + e);
      out[outAt + i] = g * sigmoid * up[upAt + i];
    }
  }

  @Override
  public void add(
      float[] left, int leftAt, float[] right, int rightAt, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      out[outAt + i] = left[leftAt + i] + right[rightAt + i];
    }
  }

  @Override
  public void addBias(float[] x, int at, int columns, float[] bias, int biasAt) {
    for (int i = 0; i < columns * STRIP; i++) {
      x[at + i] += bias[biasAt + i / STRIP];
    }
  }

  @Override
  public void hide(float[] x, int at, int from, int columns, int[] visible) {
    for (int i = from * STRIP; i < columns * STRIP; i++) {
      if (visible[i % STRIP] <= i / STRIP) {
        x[at + i] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  @Override
  public void max(float[] x, int at, int columns, float[] largest, int largestAt) {
    for (int i = 0; i < columns * STRIP; i++) {
      int token = largestAt + i % STRIP;
      largest[token] = x[at + i] > largest[token] ? x[at + i] : largest[token];
    }
  }

  @Override
  public void exponentials(
      float[] x, int at, int columns, float[] shift, int shiftAt, float scale, float[] sums) {
    for (int t = 0; t < STRIP; t++) {
      float[] lanes = new float[Kernels.LANES];
      for (int n = 0; n < columns; n++) {
        int i = at + n * STRIP + t;
        x[i] = Exponential.of((x[i] - shift[shiftAt + t]) * scale);
        lanes[n % Kernels.LANES] += x[i];
      }
      sums[t] = Lanes.sum(lanes);
    }
  }

  @Override
  public void accumulate(float[] sums, int sumsAt, float[] factor, float[] x, int at, int columns) {
    for (int i = 0; i < columns * STRIP; i++) {
      sums[sumsAt + i] = sums[sumsAt + i] * factor[i % STRIP] + x[at + i];
    }
  }

  @Override
  public void divide(float[] x, int at, int columns, float[] divisor, int divisorAt) {
    for (int i = 0; i < columns * STRIP; i++) {
      x[at + i] /= divisor[divisorAt + i % STRIP];
    }
  }
}
