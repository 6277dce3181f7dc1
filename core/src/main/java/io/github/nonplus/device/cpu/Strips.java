package io.github.nonplus.device.cpu;

/// The order in which a product reads a matrix: strips of `strip` outputs, one strip after another,
/// and in a strip input after input, so that a vector of outputs lies side by side. Outputs that
/// fill up the last strip may be anything.
final class Strips {
  private Strips() {}

  /// Where weight (n, k) of a matrix of `depth` inputs lies.
  static int index(int strip, int depth, int n, int k) {
    return (n - n % strip) * depth + k * strip + n % strip;
  }

  /// Packs inputs `k`… of `count` outputs from an array in which an output's `length` inputs lie
  /// side by side.
  ///
  /// @param from output n's first input at at + n · stride
  /// @param stripsAt where the first strip begins
  static void transpose(
      float[] from,
      int at,
      int stride,
      int count,
      int length,
      int strip,
      float[] strips,
      int depth,
      int k,
      int stripsAt) {
    int n = 0;
    while (n < count) {
      int target = stripsAt + index(strip, depth, n, k);
      int together = Math.min(count - n, strip - n % strip);
      if (together == 5) {
        fiveOutputs(from, at + n * stride, stride, length, strip, strips, target);
        n += 5;
      } else if (together >= 4) {
        fourOutputs(from, at + n * stride, stride, length, strip, strips, target);
        n += 4;
      } else {
        for (int i = 0; i < length; i++) {
          strips[target + i * strip] = from[at + n * stride + i];
        }
        n++;
      }
    }
  }

  /// One walk for the five rows of a tile.
  private static void fiveOutputs(
      float[] from, int a, int stride, int length, int strip, float[] strips, int target) {
    int b = a + stride;
    int c = b + stride;
    int d = c + stride;
    int e = d + stride;
    for (int i = 0; i < length; i++) {
      int t = target + i * strip;
      strips[t] = from[a + i];
      strips[t + 1] = from[b + i];
      strips[t + 2] = from[c + i];
      strips[t + 3] = from[d + i];
      strips[t + 4] = from[e + i];
    }
  }

  private static void fourOutputs(
      float[] from, int a, int stride, int length, int strip, float[] strips, int target) {
    int b = a + stride;
    int c = b + stride;
    int d = c + stride;
    for (int i = 0; i < length; i++) {
      int t = target + i * strip;
      strips[t] = from[a + i];
      strips[t + 1] = from[b + i];
      strips[t + 2] = from[c + i];
      strips[t + 3] = from[d + i];
    }
  }

  /// Packs `length` inputs, each with its `count` outputs side by side.
  ///
  /// @param from input i's first output at at + i · stride
  static void copy(
      float[] from,
      int at,
      int stride,
      int count,
      int length,
      int strip,
      float[] strips,
      int depth) {
    for (int n = 0; n < count; n += strip) {
      int width = Math.min(strip, count - n);
      for (int i = 0; i < length; i++) {
        System.arraycopy(from, at + i * stride + n, strips, index(strip, depth, n, i), width);
      }
    }
  }

  /// `count` rounded up to whole strips.
  static int padded(int count, int strip) {
    return Math.ceilDiv(count, strip) * strip;
  }
}
