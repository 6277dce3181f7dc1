package io.github.nonplus.cli;

import java.util.Locale;

/// How fast work goes and how long the rest will take, in words.
///
/// @param before how much of `done` was so before the clock started
record Pace(long done, long total, long before, double seconds) {
  Pace(long done, long total, double seconds) {
    this(done, total, 0, seconds);
  }

  /// For example `41.2/s, 1:23 left`; empty until something is done.
  @Override
  public String toString() {
    if (done <= before || seconds <= 0) {
      return "";
    }
    double rate = (done - before) / seconds;
    String format = rate < 10 ? "%.2f/s" : rate < 100 ? "%.1f/s" : "%.0f/s";
    String speed = String.format(Locale.ROOT, format, rate);
    return done >= total
        ? "%s, took %s".formatted(speed, clock(seconds))
        : "%s, %s left".formatted(speed, clock((total - done) / rate));
  }

  /// The share that is done, rounded down, so that 100 means the end.
  int percent() {
    return total <= 0 ? 100 : (int) (Math.clamp((double) done / total, 0.0, 1.0) * 100);
  }

  private static String clock(double seconds) {
    long whole = Math.round(seconds);
    return whole < 3600
        ? "%d:%02d".formatted(whole / 60, whole % 60)
        : "%d:%02d:%02d".formatted(whole / 3600, whole / 60 % 60, whole % 60);
  }
}
