package io.github.nonplus.device.cpu;

/// What is done to a strip of activations, to each of its tokens by itself: column n of token t is
/// at n · strip width + t from where the strip begins. Arrays called by a token's property hold one
/// number for each token of the strip.
public interface StripOperations {
  /// Norm of each group of `groupWidth` columns: out(n) = (x(n) − m) · f · weight(n) + bias(n) with
  /// f = 1 / sqrt(mean((x − m)²) + epsilon). Sums go into [Kernels#LANES] partial sums, the squares
  /// by fused multiply-adds; m and f are computed in float64 and rounded.
  ///
  /// @param centred whether m is the group's mean; otherwise it is 0
  /// @param weight for each column of the row
  /// @param bias likewise, added in the fused multiply-add with the weight; null for none
  void norm(
      float[] x,
      int xAt,
      int groupWidth,
      boolean centred,
      float[] weight,
      float[] bias,
      double epsilon,
      float[] out,
      int outAt);

  /// Turns `pairs` pairs of columns in place: pair i is column i · step and the one `distance`
  /// columns further.
  ///
  /// @param at where the first column lies
  /// @param cosine of the angle of pair i and token t at i · strip width + t, and `sine` likewise
  void rotate(float[] x, int at, int pairs, int step, int distance, float[] cosine, float[] sine);

  /// out(i) = gate(i) · sigmoid(gate(i)) · up(i), with sigmoid(g) = (g < 0 ? e : 1) / (1 + e) and e
  /// = [Exponential] of −|g|.
  ///
  /// @param count numbers, whole strips
  void gateSilu(float[] gate, int gateAt, float[] up, int upAt, float[] out, int outAt, int count);

  /// out(i) = left(i) + right(i). `out` may be one of the others.
  ///
  /// @param count numbers, whole strips
  void add(float[] left, int leftAt, float[] right, int rightAt, float[] out, int outAt, int count);

  /// out(i) = a · left(i) + b · right(i), in three roundings. `out` may be one of the others.
  ///
  /// @param count numbers, whole strips
  void combine(
      float[] left,
      int leftAt,
      float a,
      float[] right,
      int rightAt,
      float b,
      float[] out,
      int outAt,
      int count);

  /// out(i) = x(i) · factor. `out` may be `x`.
  ///
  /// @param count numbers, whole strips
  void scale(float[] x, int at, float factor, float[] out, int outAt, int count);

  /// out(n) = x(n) · factors(n), the same for every token. `out` may be `x`.
  void scaleColumns(float[] x, int at, float[] factors, float[] out, int outAt);

  /// out(n) = x(n) · the token's factor. `out` may be `x`.
  void scaleTokens(float[] x, int at, int columns, float[] factors, float[] out, int outAt);

  /// x(n) += bias(n), the same for every token.
  ///
  /// @param columns how many
  void addBias(float[] x, int at, int columns, float[] bias, int biasAt);

  /// x(n) = −∞ for tokens that do not see key n: those whose `visible` is n or less.
  ///
  /// @param from the first key that not every token sees
  void hide(float[] x, int at, int from, int columns, int[] visible);

  /// x(n) = −∞ for tokens that see keys only from one after n on: those whose `first` is above n.
  void hideBefore(float[] x, int at, int columns, int[] first);

  /// x(n) = cap · tanh(x(n) · scale / cap) + slope · (n − position), a score with its bias; without
  /// the hyperbolic tangent where `cap` is 0.
  ///
  /// @param positions of the tokens, counted from the first key
  void scores(float[] x, int at, int columns, float scale, float cap, float slope, int[] positions);

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

  /// One column of a strip: out(t) = bias + Σ_j tap(j) · x(t + j), j ascending, by one fused
  /// multiply-add for each.
  ///
  /// @param x the tokens, side by side, the first `length` − 1 of which are before the strip
  void convolve(
      float[] x, int at, float[] taps, int tapsAt, int length, float bias, float[] out, int outAt);

  /// out(n) = [LogOnePlus#softplus] of x(n) + bias(n), but least or most where it is beyond. `out`
  /// may be `x`.
  void softplus(float[] x, int at, float[] bias, float least, float most, float[] out, int outAt);

  /// out(n) = [Exponential] of x(n) · factor(n), the same factor for every token. `out` may be `x`.
  ///
  /// @param factors none above 0
  void decay(float[] x, int at, float[] factors, float[] out, int outAt);
}
