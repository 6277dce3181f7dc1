package io.github.nonplus.divergence;

/// Quantiles of any number of values that are not negative, in bounded memory: values are counted
/// in buckets, 8,192 of equal width between one power of two and the next. A quantile is known to
/// its bucket, of which the middle is given, so it errs by at most 2^−14 of itself (6e-5). The
/// largest value is exact. Neither depends on the order of the values.
///
/// Values below 2^−50 count as 0: that is where the rounding of a divergence begins. The buckets of
/// a power of two take 64 KiB once there is a value in them; that is at most 12 MB, and 3 MB for
/// divergences from 1e-12 to 10.
final class QuantileSketch {
  private static final int BUCKET_BITS = 13;
  private static final int LEAST_EXPONENT = -50;

  /// Differences of float32 logits are less than 2^130.
  private static final int GREATEST_EXPONENT = 130;

  private static final int MANTISSA_BITS = 52;

  private final long[][] counts = new long[GREATEST_EXPONENT - LEAST_EXPONENT + 1][];
  private long zeros;
  private long count;
  private double largest;

  /// Takes one more value. One less than 0, which only rounding explains, counts as 0.
  void add(double value) {
    if (!Double.isFinite(value) || Math.getExponent(value) > GREATEST_EXPONENT) {
      throw new IllegalArgumentException("a value of " + value);
    }
    count++;
    largest = Math.max(largest, value);
    int exponent = Math.getExponent(value) - LEAST_EXPONENT;
    if (value <= 0 || exponent < 0) {
      zeros++;
      return;
    }
    if (counts[exponent] == null) {
      counts[exponent] = new long[1 << BUCKET_BITS];
    }
    long bits = Double.doubleToRawLongBits(value);
    counts[exponent][(int) (bits >>> MANTISSA_BITS - BUCKET_BITS) & (1 << BUCKET_BITS) - 1]++;
  }

  /// The largest value; 0 if there is none.
  double largest() {
    return largest;
  }

  /// The least value that at least `share` of all values do not exceed; 0 if there is none.
  ///
  /// @param share from 0 to 1
  double quantile(double share) {
    long rank = Math.max(1, (long) Math.ceil(share * count));
    long seen = zeros;
    if (rank <= seen || count == 0) {
      return 0;
    }
    if (rank >= count) {
      return largest;
    }
    for (int exponent = 0; exponent < counts.length; exponent++) {
      for (int bucket = 0; counts[exponent] != null && bucket < 1 << BUCKET_BITS; bucket++) {
        seen += counts[exponent][bucket];
        if (rank <= seen) {
          return Math.min(largest, middle(exponent + LEAST_EXPONENT, bucket));
        }
      }
    }
    return largest;
  }

  private static double middle(int exponent, int bucket) {
    return Math.scalb(1 + (bucket + 0.5) / (1 << BUCKET_BITS), exponent);
  }
}
