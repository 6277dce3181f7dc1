package io.github.nonplus.device.cpu;

/// The definition of what is done to rows: plain loops.
final class ScalarRowOperations implements RowOperations {
  @Override
  public void norm(float[] x, int xAt, float[] weight, double epsilon, float[] out, int outAt) {
    float[] lanes = new float[Kernels.LANES];
    for (int n = 0; n < weight.length; n++) {
      int lane = n % Kernels.LANES;
      lanes[lane] = Math.fma(x[xAt + n], x[xAt + n], lanes[lane]);
    }
    float factor = (float) (1 / Math.sqrt((double) Lanes.sum(lanes) / weight.length + epsilon));
    for (int n = 0; n < weight.length; n++) {
      out[outAt + n] = x[xAt + n] * factor * weight[n];
    }
  }

  @Override
  public void rotate(float[] head, int at, int size, float[] cosine, float[] sine, int tableAt) {
    int half = size / 2;
    for (int i = 0; i < half; i++) {
      float first = head[at + i];
      float second = head[at + half + i];
      float cos = cosine[tableAt + i];
      float sin = sine[tableAt + i];
      head[at + i] = first * cos - second * sin;
      head[at + half + i] = second * cos + first * sin;
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
  public float max(float[] x, int at, int count) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = x[at + i] > max ? x[at + i] : max;
    }
    return max;
  }

  @Override
  public float exponentials(float[] x, int at, int count, float shift, float scale) {
    float[] lanes = new float[Kernels.LANES];
    for (int i = 0; i < count; i++) {
      x[at + i] = Exponential.of((x[at + i] - shift) * scale);
      lanes[i % Kernels.LANES] += x[at + i];
    }
    return Lanes.sum(lanes);
  }

  @Override
  public void divide(float[] x, int at, float divisor, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      out[outAt + i] = x[at + i] / divisor;
    }
  }
}
