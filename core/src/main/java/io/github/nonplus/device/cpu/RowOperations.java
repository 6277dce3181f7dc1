package io.github.nonplus.device.cpu;

/// What is done to single rows of activations.
public interface RowOperations {
  /// out(n) = x(n) · f · weight(n) with f = 1 / sqrt(mean(x²) + epsilon). The squares are summed by
  /// fused multiply-adds in [Kernels#LANES] partial sums; f is computed in float64 and rounded.
  void norm(float[] x, int xAt, float[] weight, double epsilon, float[] out, int outAt);

  /// Turns one head in place: element i of the first half with element i of the second.
  ///
  /// @param cosine of `size / 2` angles from `tableAt` on, and `sine` likewise
  void rotate(float[] head, int at, int size, float[] cosine, float[] sine, int tableAt);

  /// out(i) = gate(i) · sigmoid(gate(i)) · up(i), with sigmoid(g) = (g < 0 ? e : 1) / (1 + e) and e
  /// = [Exponential] of −|g|.
  void gateSilu(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count);

  /// out(i) = left(i) + right(i). `out` may be one of the others.
  void add(float[] left, int leftAt, float[] right, int rightAt, float[] out, int outAt, int count);

  /// The largest of `count` numbers, a multiple of [Kernels#LANES]. NaN is passed over, and which
  /// of two zeros is found is not said.
  float max(float[] x, int at, int count);

  /// Replaces each of `count` numbers, a multiple of [Kernels#LANES], by the [Exponential] of (x −
  /// shift) · scale.
  ///
  /// @return their sum, in [Kernels#LANES] partial sums
  float exponentials(float[] x, int at, int count, float shift, float scale);

  /// out(i) = x(i) / divisor.
  void divide(float[] x, int at, float divisor, float[] out, int outAt, int count);
}
