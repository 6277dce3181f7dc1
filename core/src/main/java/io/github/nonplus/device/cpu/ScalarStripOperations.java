package io.github.nonplus.device.cpu;

/// The definition of what is done to a strip: plain loops.
final class ScalarStripOperations implements StripOperations {
  /// Tokens of a strip.
  static final int STRIP = 16;

  @Override
  public void norm(
      float[] x,
      int xAt,
      int groupWidth,
      boolean centred,
      float[] weight,
      float[] bias,
      double epsilon,
      float[] out,
      int outAt) {
    for (int from = 0; from < weight.length; from += groupWidth) {
      for (int t = 0; t < STRIP; t++) {
        int at = xAt + from * STRIP + t;
        float mean = centred ? (float) (sum(x, at, groupWidth) / groupWidth) : 0;
        double squares = squares(x, at, groupWidth, mean);
        float factor = (float) (1 / Math.sqrt(squares / groupWidth + epsilon));
        for (int n = 0; n < groupWidth; n++) {
          float normal = (x[at + n * STRIP] - mean) * factor;
          float w = weight[from + n];
          out[outAt + (from + n) * STRIP + t] =
              bias == null ? normal * w : Math.fma(normal, w, bias[from + n]);
        }
      }
    }
  }

  private static double sum(float[] x, int at, int columns) {
    float[] lanes = new float[Kernels.LANES];
    for (int n = 0; n < columns; n++) {
      lanes[n % Kernels.LANES] += x[at + n * STRIP];
    }
    return Lanes.sum(lanes);
  }

  private static double squares(float[] x, int at, int columns, float mean) {
    float[] lanes = new float[Kernels.LANES];
    for (int n = 0; n < columns; n++) {
      float value = x[at + n * STRIP] - mean;
      lanes[n % Kernels.LANES] = Math.fma(value, value, lanes[n % Kernels.LANES]);
    }
    return Lanes.sum(lanes);
  }

  @Override
  public void rotate(
      float[] x, int at, int pairs, int step, int distance, float[] cosine, float[] sine) {
    for (int i = 0; i < pairs * STRIP; i++) {
      int a = at + i / STRIP * step * STRIP + i % STRIP;
      int b = a + distance * STRIP;
      float first = x[a];
      float second = x[b];
      x[a] = first * cosine[i] - second * sine[i];
      x[b] = second * cosine[i] + first * sine[i];
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
  public void combine(
      float[] left,
      int leftAt,
      float a,
      float[] right,
      int rightAt,
      float b,
      float[] out,
      int outAt,
      int count) {
    for (int i = 0; i < count; i++) {
      out[outAt + i] = a * left[leftAt + i] + b * right[rightAt + i];
    }
  }

  @Override
  public void scale(float[] x, int at, float factor, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      out[outAt + i] = x[at + i] * factor;
    }
  }

  @Override
  public void scaleColumns(float[] x, int at, float[] factors, float[] out, int outAt) {
    for (int i = 0; i < factors.length * STRIP; i++) {
      out[outAt + i] = x[at + i] * factors[i / STRIP];
    }
  }

  @Override
  public void scaleTokens(float[] x, int at, int columns, float[] factors, float[] out, int outAt) {
    for (int i = 0; i < columns * STRIP; i++) {
      out[outAt + i] = x[at + i] * factors[i % STRIP];
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
  public void hideBefore(float[] x, int at, int columns, int[] first) {
    for (int i = 0; i < columns * STRIP; i++) {
      if (first[i % STRIP] > i / STRIP) {
        x[at + i] = Float.NEGATIVE_INFINITY;
      }
    }
  }

  @Override
  public void scores(
      float[] x, int at, int columns, float scale, float cap, float slope, int[] positions) {
    for (int i = 0; i < columns * STRIP; i++) {
      float score = x[at + i] * scale;
      if (cap != 0) {
        score = cap * HyperbolicTangent.of(score / cap);
      }
      x[at + i] = Math.fma(slope, i / STRIP - positions[i % STRIP], score);
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

  @Override
  public void convolve(
      float[] x, int at, float[] taps, int tapsAt, int length, float bias, float[] out, int outAt) {
    for (int t = 0; t < STRIP; t++) {
      float sum = bias;
      for (int j = 0; j < length; j++) {
        sum = Math.fma(taps[tapsAt + j], x[at + t + j], sum);
      }
      out[outAt + t] = sum;
    }
  }

  @Override
  public void softplus(
      float[] x, int at, float[] bias, float least, float most, float[] out, int outAt) {
    for (int i = 0; i < bias.length * STRIP; i++) {
      float value = LogOnePlus.softplus(x[at + i] + bias[i / STRIP]);
      out[outAt + i] = value < least ? least : value > most ? most : value;
    }
  }

  @Override
  public void decay(float[] x, int at, float[] factors, float[] out, int outAt) {
    for (int i = 0; i < factors.length * STRIP; i++) {
      out[outAt + i] = Exponential.of(x[at + i] * factors[i / STRIP]);
    }
  }
}
