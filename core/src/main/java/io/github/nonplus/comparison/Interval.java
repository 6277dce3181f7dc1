package io.github.nonplus.comparison;

/// An estimate with its standard error, and the interval that holds the truth in 95 of 100 texts of
/// the same kind.
///
/// @param standardError NaN if there are too few windows to know
/// @param degrees of freedom of the standard error, 0 if it is not known
public record Interval(double value, double standardError, int degrees) {
  /// Student's t: with this many degrees of freedom, 2.5 % lie above. From 2 to 7.
  private static final double[] QUANTILES = {
    4.302652729911275,
    3.182446305284263,
    2.7764451051977987,
    2.570581835636314,
    2.4469118511449692,
    2.3646242510102993
  };

  public Interval {
    if (degrees != 0 && (degrees < 2 || degrees >= 2 + QUANTILES.length)) {
      throw new IllegalArgumentException("%d degrees of freedom".formatted(degrees));
    }
  }

  /// Whether the windows were enough for an interval.
  public boolean isKnown() {
    return degrees > 0;
  }

  /// Half of the 95 % interval; NaN if unknown.
  public double halfWidth() {
    return isKnown() ? QUANTILES[degrees - 2] * standardError : Double.NaN;
  }

  /// The lower end.
  public double low() {
    return value - halfWidth();
  }

  /// The upper end.
  public double high() {
    return value + halfWidth();
  }

  /// Whether the interval leaves out `other`.
  public boolean excludes(double other) {
    return low() > other || high() < other;
  }
}
