package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Activation;

/// The definition of the curves: plain loops.
public final class ScalarCurves implements Curves {
  /// 2 √(2/π), and that times 0.044715.
  public static final float GELU_LINEAR = 0x1.988454p+0f;

  public static final float GELU_CUBIC = 0x1.2444f2p-4f;

  public static final float QUICK = 1.702f;

  @Override
  public void activate(
      Activation activation, float[] x, int at, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      out[outAt + i] = of(activation, x[at + i]);
    }
  }

  private static float of(Activation activation, float x) {
    return switch (activation) {
      case SILU -> x * sigmoid(x);
      case GELU -> {
        float tail = NormalDistribution.tail(x);
        yield x < 0 ? x * tail : Math.fma(-x, tail, x);
      }
      case GELU_TANH -> x * sigmoid(x * Math.fma(GELU_CUBIC, x * x, GELU_LINEAR));
      case QUICK_GELU -> x * sigmoid(QUICK * x);
      case RELU -> x > 0 ? x : 0;
      case RELU_SQUARED -> x > 0 ? x * x : 0;
      case SIGMOID -> sigmoid(x);
      case TANH -> HyperbolicTangent.of(x);
      case IDENTITY -> x;
    };
  }

  private static float sigmoid(float x) {
    float e = Exponential.of(-Math.abs(x));
    return (x < 0 ? e : 1) / (1 + e);
  }

  @Override
  public void times(float[] x, int at, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      out[outAt + i] *= x[at + i];
    }
  }

  @Override
  public void clamp(float[] x, int at, float limit, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      float value = x[at + i];
      out[outAt + i] = value > limit ? limit : value < -limit ? -limit : value;
    }
  }

  @Override
  public void softCap(float[] x, int at, float cap, float[] out, int outAt, int count) {
    for (int i = 0; i < count; i++) {
      out[outAt + i] = cap * HyperbolicTangent.of(x[at + i] / cap);
    }
  }

  @Override
  public void xielu(
      float[] x,
      int at,
      float p,
      float n,
      float b,
      float epsilon,
      float[] out,
      int outAt,
      int count) {
    for (int i = 0; i < count; i++) {
      float value = x[at + i];
      float capped = value < epsilon ? value : epsilon;
      float bent = value > 0 ? p * value * value : n * (Exponential.minusOne(capped) - value);
      out[outAt + i] = Math.fma(b, value, bent);
    }
  }
}
