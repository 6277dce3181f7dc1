package io.github.nonplus.device.cpu;

import io.github.nonplus.program.op.Activation;
import io.github.nonplus.program.op.Gate;

/// Functions of one number, applied to each of a stretch of them. `out` may be `x`.
public interface Curves {
  /// out(i) = activation(x(i)).
  ///
  /// [Activation#SILU], [Activation#GELU_TANH] and [Activation#QUICK_GELU] are x · sigmoid(u) of
  /// their own u, with sigmoid(u) = (u < 0 ? e : 1) / (1 + e) and e = [Exponential] of −|u|;
  /// [Activation#GELU] is x times [NormalDistribution#tail] for x < 0, and x less |x| times it
  /// otherwise; [Activation#TANH] is [HyperbolicTangent].
  ///
  /// @param count numbers, whole strips
  void activate(Activation activation, float[] x, int at, float[] out, int outAt, int count);

  /// out(i) = out(i) · x(i).
  ///
  /// @param count numbers, whole strips
  void times(float[] x, int at, float[] out, int outAt, int count);

  /// out(i) = activation(gate(i)) · up(i). `out` is none of the others, but where the activation is
  /// [Activation#SILU].
  ///
  /// @param count numbers, whole strips
  default void gate(
      Activation activation,
      StripOperations strips,
      float[] gate,
      int gateAt,
      float[] up,
      int upAt,
      float[] out,
      int outAt,
      int count) {
    if (activation == Activation.SILU) {
      strips.gateSilu(gate, gateAt, up, upAt, out, outAt, count);
    } else {
      activate(activation, gate, gateAt, out, outAt, count);
      times(up, upAt, out, outAt, count);
    }
  }

  /// A gate as its operation says; `out` may be `gate` where it has a limit.
  ///
  /// @param count numbers, whole strips
  default void gate(
      Gate law,
      StripOperations strips,
      float[] gate,
      int gateAt,
      float[] up,
      int upAt,
      float[] out,
      int outAt,
      int count) {
    if (law.limit() == 0) {
      gate(law.activation(), strips, gate, gateAt, up, upAt, out, outAt, count);
      return;
    }
    float limit = (float) law.limit();
    float offset = (float) law.offset();
    for (int i = 0; i < count; i++) {
      float value = gate[gateAt + i];
      out[outAt + i] = value > limit ? limit : value;
    }
    activate(law.activation(), out, outAt, out, outAt, count);
    for (int i = 0; i < count; i++) {
      float value = up[upAt + i];
      out[outAt + i] *= (value > limit ? limit : value < -limit ? -limit : value) + offset;
    }
  }

  /// out(i) = x(i), but −limit or limit where it is beyond.
  ///
  /// @param count numbers, whole strips
  void clamp(float[] x, int at, float limit, float[] out, int outAt, int count);

  /// out(i) = cap · tanh(x(i) / cap).
  ///
  /// @param count numbers, whole strips
  void softCap(float[] x, int at, float cap, float[] out, int outAt, int count);

  /// out(i) = p x² + b x for x > 0, else n (e^min(x, epsilon) − 1 − x) + b x; e^y − 1 is
  /// [Exponential#minusOne].
  ///
  /// @param count numbers, whole strips
  void xielu(
      float[] x,
      int at,
      float p,
      float n,
      float b,
      float epsilon,
      float[] out,
      int outAt,
      int count);
}
