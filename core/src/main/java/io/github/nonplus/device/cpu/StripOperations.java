package io.github.nonplus.device.cpu;

import io.github.nonplus.program.Activation;

/// What is done to a strip of activations, to each of its tokens by itself: column n of token t is
/// at n · strip width + t from where the strip begins. Arrays called by a token's property hold one
/// number for each token of the strip.
public interface StripOperations {
  /// out(i) = activation(gate(i)) · up(i).
  default void gate(
      Activation activation,
      float[] gate,
      int gateAt,
      float[] up,
      int upAt,
      float[] out,
      int outAt,
      int count) {
    switch (activation) {
      case SILU -> gateSilu(gate, gateAt, up, upAt, out, outAt, count);
    }
  }

  /// out(n) = x(n) · f · weight(n) with f = 1 / sqrt(mean(x²) + epsilon). The squares are summed by
  /// fused multiply-adds in [Kernels#LANES] partial sums; f is computed in float64 and rounded.
  void norm(float[] x, int xAt, float[] weight, double epsilon, float[] out, int outAt);

  /// Turns one head in place: column i of the first half with column i of the second.
  ///
  /// @param cosine of the angle of column i and token t at i · strip width + t, and `sine` likewise
  void rotate(float[] head, int at, int size, float[] cosine, float[] sine);

  /// out(i) = gate(i) · sigmoid(gate(i)) · up(i), with sigmoid(g) = (g < 0 ? e : 1) / (1 + e) and e
  /// = [Exponential] of −|g|.
  ///
  /// @param count numbers, whole strips
  void gateSilu(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count);

  /// out(i) = left(i) + right(i). `out` may be one of the others.
  ///
  /// @param count numbers, whole strips
  void add(float[] left, int leftAt, float[] right, int rightAt, float[] out, int outAt, int count);

  /// x(n) += bias(n), the same for every token.
  ///
  /// @param columns how many
  void addBias(float[] x, int at, int columns, float[] bias, int biasAt);

  /// x(n) = −∞ for tokens that do not see key n: those whose `visible` is n or less.
  ///
  /// @param from the first key that not every token sees
  void hide(float[] x, int at, int from, int columns, int[] visible);

  /// Makes `largest` the largest of itself and the columns. NaN is passed over, and which of two
  /// zeros is found is not said.
  void max(float[] x, int at, int columns, float[] largest, int largestAt);

  /// Replaces each number by the [Exponential] of (x − shift) · scale, and writes each token's sum
  /// of them, in [Kernels#LANES] partial sums.
  void exponentials(
      float[] x, int at, int columns, float[] shift, int shiftAt, float scale, float[] sums);

  /// sums(n) = sums(n) · factor + x(n), in two roundings.
  void accumulate(float[] sums, int sumsAt, float[] factor, float[] x, int at, int columns);

  /// x(n) = x(n) / divisor.
  void divide(float[] x, int at, int columns, float[] divisor, int divisorAt);
}
