package io.github.nonplus.device.cpu;

/// What a memory of pairs of keys and values does with a window's tokens, for some of its columns
/// side by side, which know nothing of each other. Their number is a multiple of [Kernels#LANES].
public interface Memories {
  /// What a memory reads of some tokens, one behind the other, and where its results go.
  ///
  /// @param count of the tokens
  /// @param rows of the memory's matrix
  /// @param width of `value` and `out`
  /// @param kept what is left of each row of the matrix, [count, rows]
  /// @param faded kept · key, where the memory corrects; not read otherwise
  /// @param key a token's rows are at `keyAt`, the next one's `keyStride` further; and so in
  ///   `query`
  /// @param value [count, width], and so `out`
  /// @param step one number for each token
  record Tokens(
      int count,
      int rows,
      int width,
      float[] kept,
      float[] faded,
      float[] key,
      float[] query,
      int keyAt,
      int keyStride,
      float[] value,
      float[] step,
      float[] out) {}

  /// Some columns of a matrix, token by token: u(c) = Σ_i faded(i) · s(i, c), d(c) = step ·
  /// (value(c) − u(c)), s(i, c) ← key(i) · d(c) + kept(i) · s(i, c), and out(c) = Σ_i query(i) ·
  /// s(i, c). Sums are over rows, ascending, by one fused multiply-add for each, beginning with 0;
  /// so is the last product of the state. Without corrections, u is 0.
  ///
  /// @param state [rows, columns], from `stateAt` on
  /// @param column where these columns begin in a token's values and results
  void remember(
      float[] state, int stateAt, int columns, int column, Tokens tokens, boolean corrects);
}
