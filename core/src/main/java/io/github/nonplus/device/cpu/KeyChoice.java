package io.github.nonplus.device.cpu;

import java.util.Arrays;

/// The choice of keys for one query from the scores of those that it sees: the definition of
/// [SelectKeys], which has no arithmetic but that of the margin.
final class KeyChoice {
  private static final int DIGIT_BITS = 11;
  private static final int DIGITS = 1 << DIGIT_BITS;

  private final int kept;
  private final int[] counts = new int[DIGITS];
  private int[] orders = {};
  private float margin;

  KeyChoice(int kept) {
    this.kept = kept;
  }

  /// Begins the choices of a query.
  void begin() {
    margin = Float.MAX_VALUE;
  }

  /// The least margin of the choices so far.
  float margin() {
    return margin;
  }

  /// Writes the positions of all keys where none is left out.
  void all(float[] into, int intoAt) {
    for (int k = 0; k < kept; k++) {
      into[intoAt + k] = k;
    }
  }

  /// Writes the positions of the keys with the largest scores.
  ///
  /// @param scores key j's at at + j · stride
  /// @param count more than are kept
  void choose(float[] scores, int at, int stride, int count, float[] into, int intoAt) {
    if (orders.length < count) {
      orders = new int[Math.max(count, 2 * orders.length)];
    }
    float largest = 0;
    for (int j = 0; j < count; j++) {
      float score = scores[at + j * stride];
      orders[j] = order(score);
      largest = Math.max(largest, Math.abs(score));
    }
    int least = least(count);
    int above = 0;
    int next = Integer.MIN_VALUE;
    for (int j = 0; j < count; j++) {
      if (orders[j] > least) {
        above++;
      } else if (orders[j] < least) {
        next = Math.max(next, orders[j]);
      }
    }
    int ties = kept - above;
    int chosen = 0;
    boolean isTied = false;
    for (int j = 0; j < count; j++) {
      boolean isLeast = orders[j] == least;
      if (orders[j] > least || isLeast && ties > 0) {
        into[intoAt + chosen++] = j;
        ties -= isLeast ? 1 : 0;
      } else {
        isTied |= isLeast;
      }
    }
    float gap = isTied ? 0 : score(least) - score(next);
    margin = Math.min(margin, gap == 0 ? 0 : gap / largest);
  }

  /// The order of the last key that is chosen, digit by digit.
  private int least(int count) {
    int rank = kept;
    int prefix = 0;
    int known = 0;
    for (int shift = 2 * DIGIT_BITS - 1; ; shift = Math.max(0, shift - DIGIT_BITS)) {
      Arrays.fill(counts, 0);
      for (int j = 0; j < count; j++) {
        int bits = orders[j] ^ Integer.MIN_VALUE;
        if ((bits & known) == prefix) {
          counts[bits >>> shift & (DIGITS - 1)]++;
        }
      }
      int digit = DIGITS - 1;
      while (counts[digit] < rank) {
        rank -= counts[digit--];
      }
      prefix |= digit << shift;
      known |= (DIGITS - 1) << shift;
      if (shift == 0) {
        return prefix ^ Integer.MIN_VALUE;
      }
    }
  }

  /// Scores in the order of whole numbers; both zeros are one.
  private static int order(float score) {
    int bits = Float.floatToRawIntBits(score + 0f);
    return bits ^ (bits >> Integer.SIZE - 1 & Integer.MAX_VALUE);
  }

  private static float score(int order) {
    return Float.intBitsToFloat(order ^ (order >> Integer.SIZE - 1 & Integer.MAX_VALUE));
  }
}
