package io.github.nonplus.weights.codes;

import io.github.nonplus.weights.ElementType;

/// What a library makes of a weight that it computes in a type of 16 bits.
final class Rounding {
  private Rounding() {}

  /// Rounds numbers in place; float32 they are.
  static void round(ElementType type, float[] numbers, int offset, int count) {
    switch (type) {
      case FLOAT32 -> {}
      case FLOAT16, BFLOAT16 -> {
        for (int i = offset; i < offset + count; i++) {
          numbers[i] = type.rounded(numbers[i]);
        }
      }
    }
  }

  /// Whether every product of that scale and a number of at most `largest` is finite, rounded or
  /// not.
  static boolean staysFinite(ElementType type, float scale, float largest) {
    return Math.abs(scale * largest) <= type.largest();
  }

  /// As names of formats have it.
  static String label(ElementType type) {
    return switch (type) {
      case FLOAT32 -> "";
      case FLOAT16, BFLOAT16 -> " rounded to " + type.mlcName();
    };
  }
}
