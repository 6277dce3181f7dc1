package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;

/// What a library makes of a weight that it computes in a type of 16 bits.
final class Rounding {
  private Rounding() {}

  /// Rounds numbers in place; float32 they are.
  static void round(ElementType type, float[] numbers, int offset, int count) {
    if (type == ElementType.FLOAT32) {
      return;
    }
    for (int i = offset; i < offset + count; i++) {
      numbers[i] = type.rounded(numbers[i]);
    }
  }

  /// Whether every product of that scale and a number of at most `largest` is finite, rounded or
  /// not.
  static boolean staysFinite(ElementType type, float scale, float largest) {
    float limit = type == ElementType.FLOAT16 ? 65504 : Float.MAX_VALUE;
    return Math.abs(scale * largest) <= limit;
  }

  /// As names of formats have it.
  static String label(ElementType type) {
    return type == ElementType.FLOAT32 ? "" : " rounded to " + type.mlcName();
  }
}
