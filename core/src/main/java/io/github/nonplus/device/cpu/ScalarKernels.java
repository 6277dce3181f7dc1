package io.github.nonplus.device.cpu;

/// The definition of every operation: plain loops in a fixed order. Sums of products go from index
/// 0 upwards by fused multiply-adds; a row's result depends on nothing but that row.
final class ScalarKernels implements Kernels {
  private static final int PANEL = 64;

  /// Rows that share one walk through a panel. More would spill from the first-level cache.
  private static final int ROWS = 4;

  @Override
  public String name() {
    return "scalar";
  }

  @Override
  public int panelWidth() {
    return PANEL;
  }

  @Override
  public void multiply(
      float[] x,
      int xAt,
      int xStride,
      int rows,
      int depth,
      float[] panel,
      int width,
      float[] out,
      int outAt,
      int outStride) {
    float[] sums = new float[ROWS * PANEL];
    int row = 0;
    for (; row + ROWS <= rows; row += ROWS) {
      java.util.Arrays.fill(sums, 0);
      for (int k = 0; k < depth; k++) {
        int at = xAt + row * xStride + k;
        accumulate(sums, 0, x[at], panel, k * width, width);
        accumulate(sums, PANEL, x[at + xStride], panel, k * width, width);
        accumulate(sums, 2 * PANEL, x[at + 2 * xStride], panel, k * width, width);
        accumulate(sums, 3 * PANEL, x[at + 3 * xStride], panel, k * width, width);
      }
      for (int r = 0; r < ROWS; r++) {
        System.arraycopy(sums, r * PANEL, out, outAt + (row + r) * outStride, width);
      }
    }
    for (; row < rows; row++) {
      java.util.Arrays.fill(sums, 0);
      for (int k = 0; k < depth; k++) {
        accumulate(sums, 0, x[xAt + row * xStride + k], panel, k * width, width);
      }
      System.arraycopy(sums, 0, out, outAt + row * outStride, width);
    }
  }

  /// sums(n) += factor · panel(n), which the compiler turns into vector instructions.
  private static void accumulate(
      float[] sums, int sumsAt, float factor, float[] panel, int panelAt, int width) {
    for (int n = 0; n < width; n++) {
      sums[sumsAt + n] = Math.fma(factor, panel[panelAt + n], sums[sumsAt + n]);
    }
  }

  @Override
  public void norm(float[] x, int xAt, float[] weight, double epsilon, float[] out, int outAt) {
    double squares = 0;
    for (int n = 0; n < weight.length; n++) {
      squares += (double) x[xAt + n] * x[xAt + n];
    }
    float factor = (float) (1 / Math.sqrt(squares / weight.length + epsilon));
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
  public void attend(
      float[] query,
      int queryAt,
      int size,
      float scale,
      float[] keyColumns,
      int keyStride,
      float[] value,
      int valueAt,
      int valueStride,
      int keys,
      float[] scores,
      float[] out,
      int outAt) {
    java.util.Arrays.fill(scores, 0, keys, 0);
    for (int d = 0; d < size; d++) {
      accumulate(scores, 0, query[queryAt + d], keyColumns, d * keyStride, keys);
    }
    for (int j = 0; j < keys; j++) {
      scores[j] *= scale;
    }
    float max = max(scores, 0, keys);
    double sum = 0;
    for (int j = 0; j < keys; j++) {
      scores[j] = (float) Math.exp(scores[j] - max);
      sum += scores[j];
    }
    java.util.Arrays.fill(out, outAt, outAt + size, 0);
    for (int j = 0; j < keys; j++) {
      accumulate(out, outAt, scores[j], value, valueAt + j * valueStride, size);
    }
    float divisor = (float) sum;
    for (int d = 0; d < size; d++) {
      out[outAt + d] /= divisor;
    }
  }

  @Override
  public void gateSilu(
      float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      double x = gate[gateAt + i];
      out[outAt + i] = (float) (x / (1 + Math.exp(-x))) * up[upAt + i];
    }
  }

  @Override
  public float max(float[] logits, int at, int count) {
    float max = Float.NEGATIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      max = Math.max(max, logits[at + i]);
    }
    return max;
  }

  @Override
  public double sumExp(float[] logits, int at, int count, float shift) {
    double sum = 0;
    for (int i = 0; i < count; i++) {
      sum += Math.exp((double) logits[at + i] - shift);
    }
    return sum;
  }
}
