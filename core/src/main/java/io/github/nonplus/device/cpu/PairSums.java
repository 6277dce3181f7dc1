package io.github.nonplus.device.cpu;

/// Sums over a row of logits of one model beside the row of another, in float64. With the logits
/// relative to their row's largest, x(i) and y(i), and d(i) = x(i) − y(i):
///
/// | index | sum |
/// | --- | --- |
/// | [#EXP_X] | Σ e^x(i) |
/// | [#EXP_Y] | Σ e^y(i) |
/// | [#EXP_X_DIFFERENCE] | Σ e^x(i) · d(i) |
/// | [#EXP_Y_DIFFERENCE] | Σ e^y(i) · d(i) |
///
/// Float32 logits are exact in float64, so all that errs is the exponential ([WideExponential], 2
/// units in the last place) and the sums.
public interface PairSums {
  int EXP_X = 0;
  int EXP_Y = 1;
  int EXP_X_DIFFERENCE = 2;
  int EXP_Y_DIFFERENCE = 3;
  int COUNT = 4;

  /// The largest of `count` logits; NaN if one of them is NaN.
  float max(float[] x, int at, int count);

  /// All four sums over `count` logits: each in [Kernels#LANES] partial sums, element i in partial
  /// sum i mod 16, which are joined as [Lanes#sum] joins them.
  ///
  /// @param xMax the largest of x, finite
  /// @param yMax the largest of y, finite
  /// @param sums [#COUNT] numbers to overwrite
  void sum(
      float[] x, int xAt, float xMax, float[] y, int yAt, float yMax, int count, double[] sums);

  /// Adds one element of both rows to partial sum `lane` of each sum: the definition.
  ///
  /// @param a x(i), and `b` y(i)
  static void add(double a, double b, double[][] lanes, int lane) {
    double expA = WideExponential.of(a);
    double expB = WideExponential.of(b);
    double difference = a - b;
    lanes[EXP_X][lane] += expA;
    lanes[EXP_Y][lane] += expB;
    lanes[EXP_X_DIFFERENCE][lane] = Math.fma(expA, difference, lanes[EXP_X_DIFFERENCE][lane]);
    lanes[EXP_Y_DIFFERENCE][lane] = Math.fma(expB, difference, lanes[EXP_Y_DIFFERENCE][lane]);
  }
}
