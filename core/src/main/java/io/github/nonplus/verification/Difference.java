package io.github.nonplus.verification;

/// How far two devices are apart in one row, where they are farthest.
///
/// @param size relative to the largest number of the reference's row; of scores, in nats. Not a
///   finite number where the device's is none
/// @param window counted from 0
/// @param token whose row it is, counted from 0 within the window; of a score, the token that is
///   scored
record Difference(double size, int window, int token) {
  Difference max(Difference other) {
    return Double.compare(other.size, size) > 0 ? other : this; // NaN is the largest of all
  }
}
