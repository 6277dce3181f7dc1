package io.github.nonplus.device.cpu;

/// What a recurrence does with one token, for some columns side by side that know nothing of each
/// other. Rows lie one behind the other; the number of columns is a multiple of [Kernels#LANES].
public interface Scans {
  /// One token of selective state spaces: s(n, c) ← (step(c) · x(c)) · key(n) + e · s(n, c), the
  /// last by a fused multiply-add, with e = [Exponential] of step(c) · factor(n, c), and out(c) =
  /// skip(c) · x(c) + Σ_n query(n) · s(n, c), summed over n, ascending, by one fused multiply-add
  /// for each, beginning with 0.
  ///
  /// @param state [states, columns], from 0 on
  /// @param factors [states, columns], none above 0
  /// @param keys n's at keyAt + n, and of queries likewise
  void select(
      float[] state,
      int states,
      int columns,
      float[] factors,
      float[] skip,
      float[] x,
      float[] step,
      int at,
      float[] keys,
      float[] queries,
      int keyAt,
      float[] out);

  /// One token of gated linear recurrences: with l = recurrence · factor, s ← a · s + (gate · x) ·
  /// m, by a fused multiply-add, with a = [Exponential] of l, m = √(1 − e^2l) by
  /// [Exponential#minusOne]; at the first token s ← gate · x. out = s.
  ///
  /// @param at where the token's columns begin in x, gate, recurrence and out
  void gate(
      float[] state,
      int columns,
      float[] factors,
      boolean isFirst,
      float[] x,
      float[] gate,
      float[] recurrence,
      int at,
      float[] out);

  /// One token of weighted means. The state is, for each column, a sum of weighted values, a sum of
  /// weights, and the exponent m that both are relative to, one row behind the other. With p =
  /// max(m, first + key), a = e^(m − p), b = e^(first + key − p): out = (a · values + b · value) /
  /// (a · weights + b). Then with q = max(m + factor, key), a = e^(m + factor − q), b = e^(key −
  /// q): values ← a · values + b · value, weights ← a · weights + b, m ← q. Sums of two products
  /// are by a fused multiply-add of b.
  void weigh(
      float[] state,
      int columns,
      float[] factors,
      float[] first,
      float[] key,
      float[] value,
      int at,
      float[] out);
}
